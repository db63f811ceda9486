"""x"""
from rest_framework.viewsets import ReadOnlyModelViewSet
class MeasureViewSet(ReadOnlyModelViewSet): pass
class FilingViewSet(ReadOnlyModelViewSet): pass
