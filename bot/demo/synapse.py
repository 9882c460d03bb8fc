"""What our throw-away Synapse is told: the homeserver.yaml and its log."""

from base64 import b64encode
from pathlib import Path
from typing import Any

GENEROUS = {"per_second": 10_000, "burst_count": 10_000}


def config(directory: Path, server_name: str, port: int, secret: str) -> dict[str, Any]:
    """homeserver.yaml but for the limits: everything inside `directory`, listening on loopback only; `secret` is 32 bytes in hex."""
    listener = {"port": port, "type": "http", "bind_addresses": ["127.0.0.1"]}
    return QUIET | {
        "server_name": server_name,
        "public_baseurl": f"http://127.0.0.1:{port}",
        "pid_file": str(directory / "homeserver.pid"),
        "signing_key": f"ed25519 a_1 {b64encode(bytes.fromhex(secret)).decode().rstrip('=')}",
        "media_store_path": str(directory / "media"),
        "log_config": str(directory / "log.yaml"),
        "listeners": [listener | {"resources": [{"names": ["client"]}]}],
        "database": {"name": "sqlite3", "args": {"database": str(directory / "homeserver.db")}},
        "registration_shared_secret": secret,
        "macaroon_secret_key": secret,
        "form_secret": secret,
    }


# Nothing leaves the machine, and nothing runs that no test looks at.
QUIET: dict[str, Any] = {
    "report_stats": False,
    "enable_metrics": False,
    "trusted_key_servers": [],
    "federation_domain_whitelist": [],
    "url_preview_enabled": False,
    "presence": {"enabled": False},
    "stats": {"enabled": False},
    "bcrypt_rounds": 4,
    "user_directory": {"search_all_users": True},
    "background_updates": {"sleep_enabled": False},
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"errors": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"level": "WARNING", "handlers": ["errors"]},
}


def limits(kept: bool) -> dict[str, Any]:
    """Logins of the cast are never limited: no test is about them, and each would wait for minutes."""
    always = {"rc_registration": GENEROUS} | _each("rc_login", "address", "account", "failed_attempts")
    if kept:
        return always
    return (
        always
        | dict.fromkeys((f"rc_{name}" for name in _LIMITED), GENEROUS)
        | _each("rc_joins", "local", "remote")
        | _each("rc_invites", "per_room", "per_user", "per_issuer")
    )


_LIMITED = (
    *("message", "admin_redaction", "joins_per_room", "room_creation", "reports"),
    *("media_create", "key_requests", "user_directory", "profile"),
)


def _each(name: str, *kinds: str) -> dict[str, Any]:
    return {name: dict.fromkeys(kinds, GENEROUS)}
