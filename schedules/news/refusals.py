"""Why an address could not be read, in plain words, each with a way out."""

from bot.text import Say
from bot.web import Outcome

NOT_A_FEED = Say(
    "ce n’est pas une source (RSS, Atom ou JSON Feed), et elle n’en annonce aucune. "
    "Cherchez « RSS », « flux » ou « s’abonner » sur le site, et donnez-moi ce lien."
)
LATER = Say("le site ne répond pas pour l’instant. Réessayez dans une heure.")
NOT_FOUND = Say("cette page n’existe pas, ou n’existe plus. Ouvrez le site dans un navigateur, et donnez-moi l’adresse qui s’y affiche.")

WHY: dict[Outcome, Say] = {
    "gone": NOT_FOUND,
    "limited": Say("le site demande d’attendre avant de revenir. Réessayez dans une heure."),
    "unknown_host": Say("aucun site ne porte ce nom. Vérifiez l’adresse lettre à lettre."),
    "insecure": Say("le certificat de sécurité du site n’est pas valable. Signalez-le-lui, ou donnez-moi une autre adresse."),
    "too_big": Say("la page dépasse 2 Mo. Cherchez sur le site une source plus courte."),
    "astray": Say("le site renvoie d’une page à l’autre sans fin. Ouvrez-la dans un navigateur, et donnez-moi l’adresse qui s’y affiche."),
    "private": Say("elle mène à un réseau privé, où je ne vais pas. Donnez-moi l’adresse publique du site."),
    "bad_address": Say("elle mène à ce qui n’est pas une page web. Exemple d’adresse : `https://example.org/rss.xml`."),
}


def why(outcome: Outcome, status: int | None = None) -> Say:
    """To follow « je n’ai pas pu lire cette adresse : ». `status`: of a page that was refused."""
    if outcome == "ok":
        return NOT_A_FEED
    if outcome == "refused" and status in (401, 402, 403, 407, 451):
        return Say("le site en réserve l’accès. Demandez-lui une adresse publique, sans mot de passe.")
    if outcome == "refused" and status and 400 <= status < 500:
        return NOT_FOUND
    return WHY.get(outcome, LATER)
