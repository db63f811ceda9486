"""The settings of the suite: the same product, on throwaway servers, with a cheap hasher."""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault("DATA_KEYS", "x" * 43 + "=")
if "VAR_DIR" not in os.environ:
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="policytracker-test-")
    atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)

from policy_tracker.settings import *  # noqa: F403
from policy_tracker.settings import DATABASES

DATABASES["default"]["ENGINE"] = "policy_tracker.tests.postgresql"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True  # otherwise each test client scans all static files first
