import pytest

from workbench.app import Workbench


@pytest.fixture(autouse=True)
def patient_toasts(monkeypatch):
    """What is told stays until it is read: on a busy machine five seconds pass between two looks."""
    monkeypatch.setattr(Workbench, "NOTIFICATION_TIMEOUT", 120.0)
