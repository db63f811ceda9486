"""The addresses of this app."""

app_name = "measures"
urlpatterns: list = []
