"""JSON Schema of the policy files, for editors that complete and check while one writes."""

from typing import Any, Literal

from pydantic.json_schema import JsonSchemaValue

from filrydd.lang import _
from filrydd.policy.file_forms import CommonForm, DepartmentForm


def schema(file: Literal["department", "common"] = "department") -> JsonSchemaValue:
    """The schema of a department's file, or of `common.yaml`; descriptions in the language of the moment."""
    form = DepartmentForm if file == "department" else CommonForm
    whole: JsonSchemaValue = _without_null(form.model_json_schema())
    whole["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    texts = _descriptions()
    for one in (whole, *whole.get("$defs", {}).values()):
        title = one.pop("title", "")
        one.pop("description", None)
        for key, held in one.get("properties", {}).items():
            held.pop("title", None)
            if text := texts.get(f"{title}.{key}") or texts.get(key):
                held["description"] = text
    return whole


def _without_null(node: Any) -> Any:
    """A key that is not needed is left out, never written with null: so the schema has neither null nor defaults of null."""
    if isinstance(node, list):
        return [_without_null(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    clean = {
        key: _without_null(inner)
        for key, inner in node.items()
        if not (key == "default" and inner in (None, "", [], {}))
    }
    if "anyOf" in clean:
        kept = [one for one in clean["anyOf"] if one != {"type": "null"}]
        if len(kept) == 1:
            del clean["anyOf"]
            return kept[0] | clean
        clean["anyOf"] = kept
    return clean


def _descriptions() -> dict[str, str]:
    """What each key holds, by key, or by form and key where a key has two meanings."""
    return {
        "department": _("The file's own name, without .yaml."),
        "DepartmentForm.name": _("The department's name, as people know it."),
        "site": _("The address of the SharePoint site that files go to."),
        "library": _("The library in the site."),
        "DepartmentForm.owner": _("The accountable manager."),
        "contacts": _("Those who go through the lists; the first is the usual contact."),
        "deputies": _("Those who stand in for the contacts."),
        "drives": _('Drive letters that point into the area: "F:" and the folder ("" is the top).'),
        "addresses": _("Other network names of the area's top folder."),
        "private": _("Classes that are somebody's own: never read, always held."),
        "override": _("The fates that a contact's answer may give."),
        "areas": _("The department's file areas, by the name that `filrydd scan` uses."),
        "AreaForm.folder": _('The folder in the library that the tree goes under; "" is the library itself.'),
        "parts": _("Subtrees with an owner and contact of their own."),
        "PartForm.path": _('The part\'s top folder in the area; "" is all of it.'),
        "common": _("Whether the rules of common.yaml are asked before or after these."),
        "grace": _("How long the old area stays readable after the seal, like 90d; or days, and a last day."),
        "GraceForm.days": _("At least so long after the seal, like 90d."),
        "GraceForm.until": _("And at least until this day; the later of both holds."),
        "copies": _("How long the file server's own copies hold what was deleted there."),
        "snapshots": _("How long its snapshots (shadow copies) hold it, like 30d."),
        "backups": _("How long its backups hold it, like 1y."),
        "limits": _("What stops a run, and how many must sign."),
        "stop_above": _("The share of files that a run may destroy before it stops, like 5%."),
        "sign_destroy": _("How many people must sign before files are destroyed; one person needs `decided`."),
        "command_line": _("Whether `filrydd sign` may be used for moves and junk."),
        "PersonForm.id": _("The object id that the log-in gives this person."),
        "group": _("The id of a group whose members these are."),
        "app_role": _("An app role that these have."),
        "away": _("Days on which they are away."),
        "from": _("The first day."),
        "to": _("The last day."),
        "superusers": _("Those who scan and tune the policy."),
        "admins": _("Those who run the upload."),
        "archivists": _("Those who confirm rules and decide what is blocked."),
        "privacy_officers": _("Those who read what concerns personal data."),
        "review": _("The deadline, and who is reminded."),
        "deadline": _("The day by which contacts are to have signed."),
        "weekly": _("Whether contacts are reminded every week."),
        "before": _("One more reminder so long before the deadline, like 3d."),
        "ReviewForm.deputies": _("When deputies are told too."),
        "ReviewForm.managers": _("When managers are told too."),
        "upload": _("When the upload may run, for which tenant, and when it gives up."),
        "hours": _("When it may run, in local time, like: 17:00-07:00, weekends."),
        "tier": _("From how many to how many licences the tenant has: what SharePoint allows follows from it."),
        "UploadForm.stop_above": _("So many failures in a row stop the upload."),
        "wording": _("Texts as people see them, each with what is shown instead."),
        "nb": _("In bokmål."),
        "en": _("In English."),
        "classes": _("Kinds of files, by a name that rules refer to."),
        "rules": _("Asked from the top; the first one that matches decides."),
        "rule": _("The rule's name, shown with every file that it decides."),
        "ExampleForm.rule": _("The rule or block that decides."),
        "when": _("Which files: conditions, or the word everything."),
        "class": _("The name of one class or several, any of which is enough."),
        "after": _("The rule waits until this is over, like: 5y after end of year."),
        "fate": _("move, destroy or hold."),
        "noark": _("The archive's code of decision (Noark 5)."),
        "basis": _("The law or decision behind it."),
        "reason": _("One sentence for the people whose files these are, in both languages."),
        "decided": _("Who decided this, and when."),
        "confirmed": _("The archivist who confirmed it, and when; without it nothing is destroyed."),
        "junk": _("true for what is no document at all, such as thumbnails."),
        "blocks": _("What must never happen to some files, whatever rules and people say."),
        "forbids": _("destroy, move or both."),
        "instead": _("Where these files belong."),
        "ConditionForm.path": _("Folders: * stays within a name, ** is any number of folders."),
        "ConditionForm.name": _("File names, with * and ?."),
        "extension": _("Extensions, like pdf."),
        "larger_than": _("A size like 10MB."),
        "smaller_than": _("A size like 10MB."),
        "expression": _("Regular expressions (RE2), found anywhere in the name."),
        "path_expression": _("Regular expressions (RE2), found anywhere in the folder's path."),
        "modified_before": _("Last changed before this day, or today."),
        "created_before": _("Created before this day, or today."),
        "modified_after": _("Last changed after this day, or after today."),
        "created_after": _("Created after this day, or after today."),
        "older_than": _("Last changed longer ago than this, like 5y; or lengths for other times."),
        "younger_than": _("Last changed less long ago than this, like 90d; or lengths for other times."),
        "AgesForm.modified": _("Since it was last changed, like 5y, 3y6m or 90d."),
        "AgesForm.created": _("Since it was created, like 5y, 3y6m or 90d."),
        "AgesForm.latest": _("Since the later of both, like 5y, 3y6m or 90d."),
        "ConditionForm.owner": _("Owners by name (DOMAIN\\user) or SID."),
        "ConditionForm.owner_is": _("Whether the owner's account is disabled or gone from the directory."),
        "ConditionForm.open_to": _("Who may read in the folder, by name or SID."),
        "ConditionForm.writable_by": _("Who may write in the folder, by name or SID."),
        "ConditionForm.copy_of": _("Folders under which another file has the same content."),
        "ConditionForm.finding": _("What was found about the file; one is enough."),
        "any": _("Conditions of which one is enough."),
        "all": _("Conditions that must all hold."),
        "not": _("A condition that must not hold."),
        "examples": _("Files and what must become of them; `filrydd policy test` tries them."),
        "expect": _("What must become of the file."),
        "ExampleForm.day": _("The day on which it is asked."),
        "ExampleForm.owner": _("The owner's name and SID; left out: unknown."),
        "ExampleForm.owner_is": _("The state of the owner's account; left out: unknown."),
        "ExampleForm.open_to": _("Who may read it; left out: unknown."),
        "ExampleForm.writable_by": _("Who may write it; left out: unknown."),
        "ExampleForm.copy_of": _("Folders where copies of it lie; left out: unknown."),
        "ExampleForm.finding": _("What was found about it; left out: nothing."),
        "ExampleForm.path": _("The file's path from the top of the area."),
        "structure": _("Wishes for the new structure; an area's come before the department's."),
        "libraries": _("Libraries and channels that some folders go to, in place of the area's own library."),
        "LibraryForm.library": _("The library's name; it is made if it is not there."),
        "LibraryForm.site": _("The site of the library; left out: the department's own."),
        "team": _("The name of a Teams team, in place of a site and a library."),
        "channel": _("The team's channel whose files these become."),
        "LibraryForm.folder": _('The folder that these go under; left out: the area\'s; "": none.'),
        "paths": _("Which folders go there: * stays within a name, ** is any number of folders."),
        "words": _("Words in folder names, each with the one to write instead."),
        "weights": _("Points for each shortcoming; the proposal is the structure with the fewest."),
        "scope": _("For each folder with other permissions than the one above it."),
        "level": _("For each level too many that files lie at; the next one costs more."),
        "length": _("For each ten characters of a folder's path."),
        "step": _("For each folder that holds nothing but one folder."),
        "noise": _("For each folder that says only a year or a person."),
        "full": _("For each 5,000 files that a folder has beyond 5,000."),
        "known": _("For each step that people know and that is gone."),
        "clash": _("For each file that needs a number, since another one has its name."),
        "levels": _("Levels that cost nothing."),
        "columns": _("Columns of the library that the upload fills."),
        "labels": _("Retention labels of the tenant, for the archive's codes of decision (Noark 5)."),
        "versions": _("What becomes of chains of versions, like plan_v1 and plan_v2."),
        "as history": _("yes: each chain becomes one file with a history; never for Bevares."),
        "kept": _("How many versions the libraries keep; longer chains stay as files."),
        "duplicates": _("Whether one of equal files goes, or every copy."),
        "synced root": _("Characters of the folder on a PC that a synchronised library lies under."),
        "largest library": _("Items that a library should not exceed."),
        "access": _("Who gets access in the new place instead of somebody in the old one."),
        "stands for": _("Security identifiers, each with the object id of an Entra user or group."),
    }
