"""Do sales queue for invoice numbers?"""
