"""The addresses of this app."""

app_name = "agencies"
urlpatterns: list = []
