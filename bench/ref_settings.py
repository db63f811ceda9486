"""Settings of REF: a minimal Django for signed-in people, with which pages are compared."""

from policy_tracker.settings import *  # noqa: F403

ROOT_URLCONF = "bench.ref"
AUTHENTICATION_BACKENDS = ["bench.ref.PlainBackend"]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "bench" / "templates"],  # noqa: F405
    }
]
