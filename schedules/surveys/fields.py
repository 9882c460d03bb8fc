"""Fields of a questionnaire file, as people write it in YAML: what each key takes, and the sentence when it
does not.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bot.config.values import Wrong
from bot.text import Say
from bot.text.clean import clean_text

SINGLE, SEVERAL, TEXT, GRID = "choix-unique", "choix-multiple", "texte-libre", "grille"
CHOICES = (SINGLE, SEVERAL)
FEWEST_ANSWERS = 5
TEXT_DAYS = 180
NOTES = (
    "origine",
    "n",
    "note",
    "questions_deduites",
)  # remarks of who wrote the file; so is what ends with _graine

EXAMPLES = {
    "enquete": "enquete: {titre: …, questions: […]}",
    "enquete.titre": 'titre: "La mise en réseau"',
    "enquete.questions": "questions: [{id: profil, type: choix-unique, texte: …, choix: […]}]",
    "enquete.questions[].id": "id: profil",
    "enquete.questions[].type": "type: choix-unique",
    "enquete.questions[].texte": 'texte: "Votre profil"',
}


def clean(text: str) -> str:
    return clean_text(text, len(text) + 1)


def _length(most: int) -> AfterValidator:
    def judged(text: str) -> str:
        if not text:
            raise Wrong(Say("Rien n’est écrit ici."))
        if len(text) > most:
            raise Wrong(Say("C’est trop long : {n} caractères au plus.", n=most))
        return text

    return AfterValidator(judged)


def _always(value: bool, say: Say) -> AfterValidator:
    def judged(given: bool) -> bool:
        if given is not value:
            raise Wrong(say)
        return given

    return AfterValidator(judged)


def _exactly(value: int, say: Say) -> AfterValidator:
    def judged(given: int) -> int:
        if given != value:
            raise Wrong(say)
        return given

    return AfterValidator(judged)


Id = Annotated[str, StringConstraints(strict=True), _length(40)]
Label = Annotated[str, StringConstraints(strict=True), AfterValidator(clean), _length(150)]
Line = Annotated[str, StringConstraints(strict=True), AfterValidator(clean), _length(400)]
Paragraph = Annotated[str, StringConstraints(strict=True), AfterValidator(clean), _length(1_000)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_notes(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {
            name: value
            for name, value in data.items()
            if name not in NOTES and not str(name).endswith("_graine")
        }


class Question(_Section):
    id: Id
    type: Literal["choix-unique", "choix-multiple", "texte-libre", "grille"]
    texte: Line
    section: Annotated[str, AfterValidator(clean), StringConstraints(max_length=150)] = ""
    choix: tuple[Label, ...] = ()
    choix_depuis: Literal["themes.yaml"] | None = None
    autre: bool = False
    max: int = Field(default=1, ge=1)
    lignes: tuple[Label, ...] = ()
    colonnes: tuple[Label, ...] = ()
    commentaire_libre: bool = False
    si: dict[str, str | tuple[str, ...]] | None = None
    obligatoire: Annotated[
        bool, _always(False, Say("On peut toujours passer une question : retirez cette ligne."))
    ] = False

    @model_validator(mode="after")
    def _whole(self) -> "Question":
        for wrong in (self._of_choices(), self._of_grid()):
            if wrong is not None:
                raise Wrong(wrong)
        return self

    def _of_choices(self) -> Say | None:
        """What is wrong with the choices."""
        given = len(self.choix)
        if self.type not in CHOICES:
            return Say("`choix` ne va qu’avec `type: choix-unique` ou `choix-multiple`.") if given else None
        if self.choix_depuis is None and not 2 <= given + self.autre <= 30:
            return Say('Il faut de deux à trente choix. Exemple : `choix: ["Oui", "Non"]`.')
        if len({label.casefold() for label in self.choix}) < given:
            return Say("Deux choix ont le même texte.")
        if self.type == SINGLE and self.max > 1:
            return Say("Avec plusieurs réponses, écrivez `type: choix-multiple`.")
        if self.type == SEVERAL and not 2 <= self.max <= 30:
            return Say("Dites combien de réponses au plus. Exemple : `max: 3`.")
        return None

    def _of_grid(self) -> Say | None:
        if self.type != GRID:
            return Say("`lignes` et `colonnes` ne vont qu’avec `type: grille`.") if self.lignes else None
        if not 1 <= len(self.lignes) <= 12 or not 2 <= len(self.colonnes) <= 9:
            return Say(
                "Une grille a une à douze `lignes`, et deux à neuf `colonnes`. "
                'Exemple : `colonnes: ["Oui", "Non"]`.'
            )
        return None


class Enquete(_Section):
    id: str = ""
    titre: Line
    introduction: Annotated[str, AfterValidator(clean), StringConstraints(max_length=1_000)] = ""
    mode: Literal["message-prive"] = "message-prive"
    anonyme: Annotated[
        bool, _always(True, Say("Une enquête est toujours anonyme : retirez cette ligne."))
    ] = True
    seuil_affichage: Annotated[
        int, _exactly(FEWEST_ANSWERS, Say("Le seuil est toujours de cinq réponses : retirez cette ligne."))
    ] = FEWEST_ANSWERS
    conserver_texte_libre_jours: Annotated[
        int, _exactly(TEXT_DAYS, Say("Les textes sont toujours gardés 180 jours : retirez cette ligne."))
    ] = TEXT_DAYS
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=60)]


class File(_Section):
    enquete: Enquete
