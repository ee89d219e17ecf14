"""A group's rights as a person chooses them: those that do something here, by what they are for."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

VERBS = {"view": "See", "add": "Add and change", "change": "Add and change", "": "Do"}
OTHERS = {"auth": ["user"], "django_celery_beat": ["periodictask"], "django_celery_results": ["taskresult"]}
"""What is not ours, and yet has a page that somebody may be let on. Of schedules and results: to look at."""
LOOKED_AT = ("django_celery_beat", "django_celery_results")


class RightsWidget(forms.CheckboxSelectMultiple):
    template_name = "rights/rights.html"


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]
    permissions = forms.ModelMultipleChoiceField(
        label="Rights", queryset=Permission.objects.none(), required=False, widget=RightsWidget
    )

    class Meta:
        model = Group
        fields = ("name", "permissions")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        rights = self.fields["permissions"]
        assert isinstance(rights, forms.ModelMultipleChoiceField)
        rights.queryset = offered()
        rights.widget.choices = list(by_verb(rights.queryset))


def offered() -> QuerySet[Permission]:
    """Each right that a page asks for."""
    ours = {model._meta.label_lower.split(".")[0] for model in admin.site._registry} - OTHERS.keys() - {"auth"}
    of = Q(content_type__app_label__in=ours)
    for app, models in OTHERS.items():
        those = Q(content_type__app_label=app, content_type__model__in=models)
        verbs = ("view",) if app in LOOKED_AT else ("view", "add", "change")
        of |= those & Q(codename__in=[f"{verb}_{model}" for verb in verbs for model in models])
    return Permission.objects.filter(of).select_related("content_type").order_by("content_type__model", "codename")


def by_verb(rights: QuerySet[Permission]) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    found = list(rights)
    for title in dict.fromkeys(VERBS.values()):
        yield title, [(one.pk, called(one)) for one in found if title_of(one) == title]


def title_of(right: Permission) -> str:
    verb, _, model = right.codename.partition("_")
    return VERBS.get(verb if model == right.content_type.model else "", VERBS[""])


def called(right: Permission) -> str:
    """As its name says it, without what its place says already."""
    model = right.content_type.model_class()
    if title_of(right) == VERBS["view"] and model is not None:
        return str(model._meta.verbose_name_plural)
    return right.name.removeprefix("Can ")
