"""The URLs of measures.related."""

from django.urls import path

from measures.related import views

urlpatterns = [
    path("documents/", views.documents, name="documents"),
    path("documents/new/", views.document_add, name="document_add"),
    path("documents/<int:pk>/clauses/", views.clause_add, name="clause_add"),
    path("documents/<int:pk>/link/", views.clause_link, name="clause_link"),
    path("clause-links/<int:pk>/remove/", views.clause_unlink, name="clause_unlink"),
]
