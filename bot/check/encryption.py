"""Whether the bot's device is signed by its account, and what to do when it is not."""

from bot.check.finding import Finding, describe
from bot.config import Config
from bot.matrix.cross_signing import RECOVERY_FILE, DeviceTrust, Recovery, examine_device
from bot.matrix.errors import PermanentError, TransientError
from bot.matrix.http import Http
from bot.text import Say


async def examine(http: Http, me: str, device: str, config: Config) -> Finding:
    recovery = Recovery(config.data_dir / RECOVERY_FILE, config.encryption.recovery_key)
    try:
        trust = await examine_device(http, me, device, recovery)
    except (PermanentError, TransientError) as error:
        return Finding(False, Say("Chiffrement : {why}.", why=describe(error)))
    match trust.state:
        case "signed":
            return Finding(
                True, Say("Chiffrement : l’appareil {device} est signé par le compte.", device=device)
            )
        case "to be signed" if not trust.fingerprint:  # the device has not been at work yet
            return Finding(True, Say("Chiffrement : l’appareil sera signé au prochain démarrage."))
    fingerprint = trust.fingerprint or Say("pas encore connue")
    unsigned = Say(
        "Chiffrement : l’appareil {device} n’est pas signé par le compte (empreinte : {fingerprint}). Des "
        "messageries ne lui donnent pas leurs clés, et cachent ce qu’il écrit.",
        device=device,
        fingerprint=fingerprint,
    )
    return Finding(False, unsigned, _mend(trust, me))


def _mend(trust: DeviceTrust, me: str) -> Say:
    """What to do; `trust` is of a device that nothing can sign now."""
    match trust.state:
        case "not a recovery key":
            return Say(
                "  Ce que contient le fichier n’est pas une clé de récupération : recopiez-la, elle commence "
                "par « Es » et compte douze groupes de quatre signes."
            )
        case "to be signed":
            return Say(
                "  Relancez l’Animatrice. Si cela ne suffit pas, le serveur demande le mot de passe du "
                "compte : donnez-le dans `matrix`, `password_file`."
            )
        case "wrong recovery key":
            why = Say("  La clé de récupération donnée n’ouvre pas le coffre de ce compte.")
        case _:
            why = Say("  Une autre messagerie a déjà donné ses clés à ce compte.")
    return Say(
        "{why} Mettez la clé de récupération du compte dans un fichier (chmod 600), nommez-le dans "
        "`encryption`, `recovery_key_file`, et relancez l’Animatrice. Ou bien, dans une messagerie connectée "
        "au compte {me} : Paramètres, Sessions, {device}, « Vérifier », si l’empreinte est la même.",
        why=why,
        me=me,
        device=trust.device,
    )
