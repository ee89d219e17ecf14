from django.urls import path

from benchmarks.baselines import views

urlpatterns = [
    path("healthz", views.healthz),
    path("sales", views.sell_now),
    path("sales/queued", views.sell_later),
]
