"""What every installation begins with: the roles, the authorities of 6103(i), the office's parameters."""

import datetime as dt

from django.db import migrations

ROLES = [
    "requester", "official", "intake", "counsel", "impairment", "approver", "matcher", "releaser", "auditor",
    "director", "admin", "recipient",
]

I2_TITLES = [
    "Head of a Federal agency", "Inspector General of a Federal agency", "Attorney General",
    "Deputy Attorney General", "Associate Attorney General", "Assistant Attorney General",
    "Director of the Federal Bureau of Investigation", "Administrator of the Drug Enforcement Administration",
    "United States attorney", "Special prosecutor (28 U.S.C. 593)",
    "Attorney in charge of an organized crime strike force (28 U.S.C. 510)",
]

# code, citation, title, signatories, open, why closed
AUTHORITIES = [
    ("i1", "26 U.S.C. 6103(i)(1)", "Ex parte order for a criminal investigation", [], False,
     "It rests on a court's order; the order track is not open here yet."),
    ("i2", "26 U.S.C. 6103(i)(2)", "Written request for return information other than taxpayer return information",
     I2_TITLES, True, ""),
    ("i3a", "26 U.S.C. 6103(i)(3)(A)", "Possible violations of Federal criminal law, on the office's own motion", [], False,
     "The office begins it; no agency asks for it."),
    ("i3b", "26 U.S.C. 6103(i)(3)(B)", "Emergency: danger of death or injury, or flight", [], False,
     "An emergency is answered at once and recorded afterwards; that track is not open here yet. Telephone the office."),
    ("i3c", "26 U.S.C. 6103(i)(3)(C)", "Terrorist activity, on the office's own motion", [], False,
     "The office begins it; no agency asks for it."),
    ("i5", "26 U.S.C. 6103(i)(5)", "Ex parte order to locate a fugitive", [], False,
     "It rests on a court's order; the order track is not open here yet."),
    ("i7a", "26 U.S.C. 6103(i)(7)(A)", "Terrorism: written request of a law enforcement agency", [], False,
     "The written track for terrorism is not open here yet."),
    ("i7b", "26 U.S.C. 6103(i)(7)(B)", "Terrorism: written request of an intelligence agency", [], False,
     "The written track for terrorism is not open here yet."),
    ("i7c", "26 U.S.C. 6103(i)(7)(C)", "Ex parte order in a terrorism investigation", [], False,
     "It rests on a court's order; the order track is not open here yet."),
    ("i8", "26 U.S.C. 6103(i)(8)", "Comptroller General, for an audit", [], False,
     "Requests of the Comptroller General are not open here yet."),
]

# name, value, unit, basis, source (domain section 5.3)
PARAMETERS = [
    ("acknowledge_business_days", 5, "business days", "default", "Configurable default; no published value found"),
    ("completeness_business_days", 10, "business days", "default", "Configurable default; no published value found"),
    ("imperfect_reply_days", 30, "calendar days", "default", "Configurable default"),
    ("response_days", 30, "calendar days", "default", "From perfection; the statute sets no time"),
    ("legal_review_business_days", 10, "business days", "default", "Configurable default"),
    ("impairment_business_days", 10, "business days", "default", "Configurable default"),
    ("approval_business_days", 5, "business days", "default", "Configurable default"),
    ("matching_business_days", 5, "business days", "default", "Configurable default"),
    ("release_business_days", 5, "business days", "default", "Configurable default"),
    ("receipt_days", 30, "calendar days", "default", "Auto-close after release; configurable default"),
    ("impairment_validity_days", 30, "calendar days", "default", "Configurable default (V23)"),
    ("max_subjects_per_address", 10, "lines", "default", "Configurable default; no legal number"),
    ("max_subjects_per_engaged_official", 50, "lines", "default", "Configurable default; no legal number"),
    ("boilerplate_reason_threshold", 25, "lines", "default", "Configurable default"),
    ("accounting_retention_years", 5, "years", "law", "5 U.S.C. 552a(c): five years or the life of the record, the longer"),
    ("jct_report_days_after_year_end", 90, "calendar days", "law", "26 U.S.C. 6103(p)(3)(B) and (C)"),
]


def fill(apps, schema_editor):
    using = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(using)
    for role in ROLES:
        groups.get_or_create(name=role)
    authorities = apps.get_model("requests", "Authority").objects.using(using)
    for code, citation, title, titles, is_open, why_closed in AUTHORITIES:
        authorities.get_or_create(
            code=code,
            defaults={
                "citation": citation, "title": title, "signatory_titles": titles, "is_open": is_open,
                "why_closed": why_closed, "valid_from": dt.date(1976, 10, 4),
            },
        )
    parameters = apps.get_model("requests", "Parameter").objects.using(using)
    for name, value, unit, basis, source in PARAMETERS:
        parameters.get_or_create(name=name, defaults={"value": value, "unit": unit, "basis": basis, "source": source})


class Migration(migrations.Migration):
    dependencies = [("requests", "0002_wall"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
