"""The forms of whole files: a department's and the common one, with areas and their parts."""

from typing import Literal

from pydantic import Field

from filrydd.policy.form import (
    MOST,
    BlockForm,
    ConditionForm,
    ExampleForm,
    Form,
    LimitsForm,
    RuleForm,
    Sentence,
)
from filrydd.policy.grace_form import NINETY_DAYS, CopiesForm, GraceText
from filrydd.policy.people_form import People, PersonForm
from filrydd.policy.review_form import ReviewForm, WordingForm
from filrydd.policy.structure_form import SharedStructureForm, StructureForm
from filrydd.policy.upload_form import UploadForm
from filrydd.policy.values import Drive, Folder, Site, UncNames, Word, Words


class PartForm(Form):
    name: Word
    path: Folder
    owner: PersonForm | None = None
    contact: PersonForm | None = None
    deputies: list[PersonForm] | None = Field(default=None, max_length=MOST)


class AreaForm(Form):
    folder: Folder | None = None
    library: Word | None = None
    drives: dict[Drive, Folder] = Field(default={}, max_length=26)
    addresses: UncNames = Field(default=[])
    parts: list[PartForm] = Field(default=[], max_length=MOST)
    review: ReviewForm = ReviewForm()
    upload: UploadForm = UploadForm()
    copies: CopiesForm = CopiesForm()
    structure: StructureForm = StructureForm()


class CommonForm(Form):
    """`common.yaml`: what holds for every department."""

    classes: dict[Word, ConditionForm] = Field(default={}, max_length=MOST)
    private: Words = Field(default=[])
    rules: list[RuleForm] = Field(default=[], max_length=MOST)
    blocks: list[BlockForm] = Field(default=[], max_length=MOST)
    limits: LimitsForm = LimitsForm()
    review: ReviewForm = ReviewForm()
    upload: UploadForm = UploadForm()
    copies: CopiesForm = CopiesForm()
    superusers: People = Field(default=[])
    admins: People = Field(default=[])
    archivists: People = Field(default=[])
    privacy_officers: People = Field(default=[])
    wording: WordingForm = WordingForm()
    structure: SharedStructureForm = SharedStructureForm()


class DepartmentForm(CommonForm):
    """A department's file."""

    department: Word
    name: Sentence
    site: Site
    library: Word = "Dokumenter"
    owner: PersonForm
    contacts: list[PersonForm] = Field(min_length=1, max_length=MOST)
    deputies: list[PersonForm] = Field(default=[], max_length=MOST)
    areas: dict[Word, AreaForm] = Field(min_length=1, max_length=MOST)
    structure: StructureForm = StructureForm()
    common: Literal["first", "last"] = "first"
    grace: GraceText = NINETY_DAYS
    examples: list[ExampleForm] = Field(default=[], max_length=10_000)
