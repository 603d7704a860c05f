"""The words that filings count people with: what makes a number a count of everybody, and what makes it something else.

Pure. The weights were set by hand on one half of tests/spec/head_counts.yaml; the other half measures them.
"""

from __future__ import annotations

import re


def _any(phrases: str) -> str:
    """One of several phrases, apart by |. They may be wrapped: any space stands for any white space."""
    return "(?:" + "|".join(r"\s+".join(phrase.split()) for phrase in phrases.split("|")) + ")"


def _search(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# -- numbers and what they count ---

HEADING_BONUS = 2.0
TABLE = 6.0
DATED, CURRENT, PRIOR, DATED_BEFORE = 2.0, 2.0, -5.0, 1.0
DAY_CLOSE = 45  # characters between a number's noun and a day that belongs to it
_HAS, _IS, _OURS, _WHOLE_SAID, _FULL_SAID = 3.0, 1.0, 1.0, 1.5, 1.0
_PART, _EVENT, _NEVER, _DOUBT = -5.0, -6.0, -100.0, -2.0

ABBREVIATION = re.compile(
    r"U\.?S|U\.?K|Inc|Corp|Co|Ltd|LLC|No|approx|Mr|Ms|Mrs|Dr|St|vs|e\.g|i\.e|Jr|Sr|Ph\.D|N\.V|S\.A"
)

_DIGITS = r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?"
_START = r"(?<![\w$\u20ac\u00a3\u00a5.,/-])"
_UNIT = r"(?:\s+(?P<unit>million|thousand))?"
_NUMBER = rf"{_START}(?P<number>{_DIGITS})(?:\s*\(\d\))?{_UNIT}(?![\d,]*\d|\s*%|\s+percent)"
_ABOUT = _any(
    r"approximately|about|over|nearly|almost|roughly|more than|some|around|just over|just under|in excess of|circa"
    r"|an estimated"
)
_SOME = rf"(?:an?\s+)?(?:(?:total|aggregate|estimated|average|combined|approximate)\s+(?:of\s+)?)*{_ABOUT}?"
_NOUN = (
    "(?P<noun>"
    + _any(
        r"employees|associates|team\s?members|teammates|colleagues|people|persons|individuals|workers|staff members"
        r"|staff|personnel|crew members|professionals|FTEs?|full[- ]time equivalents?"
    )
    + ")"
)

COUNTED = _search(rf"{_NUMBER}\s+(?P<between>(?:[\w()%/&'-]+,?\s+){{0,7}}?){_NOUN}\b")
"""`36,000 full-time employees`"""

_NAMES = _any(
    r"\bhead\s?-?count|\bwork\s?force|\bemployee base|\bemployee population|\bfull-time equivalents?"
    r"|\bnumber of (?:\w+[ -]){0,3}?(?:employees|people|associates|team members)"
    r"|\btotal (?:number of )?(?:employees|team members|associates)"
)
_IS_SO_MANY = _any(
    r"was|were|of|totall?ed|is|stood at|reached|to|consist(?:s|ed) of|(?:was |is |were )?comprised of|comprise[sd]"
    r"|includes?d?|had|at"
)
NAMED = _search(rf"(?P<noun>{_NAMES})[\w ,'()-]{{0,60}}?\s{_IS_SO_MANY}\s+{_SOME}\s*{_NUMBER}")
"""`our headcount worldwide was 125,665`, `the number of regular employees was 61 thousand`"""

EMPLOYED = _search(rf"\b(?P<noun>employ(?:s|ed)?)\s+(?:an?\s+)?{_SOME}\s*{_NUMBER}(?=[\s,.;])")
"""`we employed approximately 36,500`, where no noun follows"""

SERIES_NUMBER = _search(rf"(?<![\w$.,])(?P<number>{_DIGITS}){_UNIT}")
_ITEM = r"(?:\d{1,3}(?:,\d{3})+|\d+\.\d+|\d+(?=\s+(?:million|thousand)))(?:\s+(?:million|thousand))?"
_AND = r"(?:,\s+(?:and\s+)?|\s+and\s+)"
LISTED = _search(
    rf"(?P<list>(?<![\w$.,]){_ITEM}{_AND}(?:approximately\s+)?{_ITEM}(?:{_AND}{_ITEM})?)"
    rf"(?:\s+(?:[\w-]+\s+){{0,3}}?{_NOUN}\b|(?=\s*,?\s+(?:at|as of|on)\s+(?:fiscal\s+)?(?:years?|the end|[A-Z])))"
)
"""`57,000 and 62,000 employees`; `61 thousand, 62 thousand and 62 thousand at years ended`"""

_LESS = _any("part[- ]time|temporary|seasonal|intermittent|casual|limited-term")
_KIND = (
    rf"(?:(?:(?:regular|active|permanent)\s+)?full[- ]time|hourly|salaried|non-?union|union(?:ized)?"
    rf"|{_LESS}(?:,?\s+(?:and|or|and/or)\s+(?:{_LESS}|on-call))?)"
)
_PEOPLE = _any("employees|associates|team members|people|persons")


def _part(at: int) -> str:
    unit = rf"(?:\s+(?P<unit{at}>million|thousand))?"
    return rf"(?<![\w$.,])(?P<number{at}>{_DIGITS}){unit}(?:\s*\(\d+%\))?\s*{_KIND}"


PARTS = _search(rf"{_part(1)}(?:\s+(?:\w+\s+)?{_PEOPLE})?,?\s+and\s+{_SOME}\s*{_part(2)}(?:\s+\w+)?\s+{_PEOPLE}\b")
"""`31,600 full-time and 73,600 part-time employees`: two parts that make the whole"""

NOT_BETWEEN = _search(
    r"\b"
    + _any(
        r"of|shares?|holders?|stockholders?|shareholders?|customers?|countries|offices|stores|were|was|are|is|in|by|to|from"
        r"|for|that|which|who|million|billion|thousand|hours|days|years?|months|number|units|options|patents|members'"
        r"|acquired|held|per|than|with|as|at|on|our|their|we|the"
    )
    + r"\b"
)
NOT_AFTER = _search(
    r"\s*(?:"
    + _any(r"years?|days?|hours?|percent|countries|locations|offices|stores|customers|shares|per")
    + r"\b|%|\$)"
)

# -- what stands before a number ---

_NEAR = 110  # characters
_HAVING = _search(r"\b(?:had|have|has|employ(?:s|ed|ing)?)\b[^.;]{0,70}$")
_BEING = _search(r"\b(?:were|was|are|is|totall?ed|totaling|with|by|to|stood at|of)\b[^.;,]{0,30}$")
_SUBJECT = _search(
    r"\b(?:we|the company|the registrant|our company|the corporation|the group)\b[^.;]{0,60}$"
    r"|\b(?:supported|delivered) by\b[^.;]{0,20}$"
)
_WHOLE_BEFORE = _search(
    r"\b"
    + _any(
        r"total|worldwide|global(?:ly)?|aggregate|consolidated|company-wide|team|work\s?force|head\s?count"
        r"|employee base|staff"
    )
    + r"\b[^.;]{0,40}$"
)
_TEAM_BEFORE = _search(
    r"\b(?P<which>[\w&/-]+)\s+"
    + _any(
        r"team|organi[sz]ation|department|division|segment|staff|sales force|force|group|function"
        r"|subsidiar\w+|operations"
    )
    + r"\s+"
    + _any(r"of|consist\w* of|compris\w+(?: of)?|includ\w+|had|has|totall?ed|employ(?:s|ed)")
    + r"\b[^.;]{0,40}$"
)
_WHOLE_TEAM = {
    "our", "the", "a", "an", "global", "worldwide", "total", "entire", "whole", "diverse", "talented", "its", "and",
    "operating", "consolidated",
}  # fmt: skip
_INCLUDED = _search(
    _any(
        r"\bof (?:whom|which|these|those|them)\b,?|\bincluding\b|\bwhom\b|\bof the(?: \w+)? (?:employees|workforce)\b"
        r"|\bof our(?: \w+)? (?:employees|workforce|team|people|associates)\b"
    )
    + r"[^.;\d]{0,40}$"
)
_CHANGE_BEFORE = _search(
    r"\b"
    + _any(
        r"reduc\w+|eliminat\w+|laid off|lay-?offs?|terminat\w+|severance|hired|hiring|hire|added|adding|addition of"
        r"|acquir\w+|divest\w+|transferr\w+|recruit\w+|plan(?:s|ned)? to|retir\w+|increase of|decrease of|decline of"
        r"|increased by|decreased by|grew by|depart\w*|resign\w*|onboard\w*|promot\w+|trained|training|over the next"
        r"|goal of|target\w*|notified|furlough\w*|population"
        r"|expect\w*|anticipat\w*|intend\w*|will|would|could|may"
    )
    + r"\b[^.;]{0,60}$"
)
_OTHERS_BEFORE = _search(
    r"\b"
    + _any(
        r"companies|organi[sz]ations|businesses|enterprises|customers|clients|employers|firms|institutions|accounts"
        r"|entities|merchants|users"
    )
    + r"\b[\w ,()-]{0,30}?\b(?:with|having|that have|employing|who have|of|have)\s+(?:\w+\s+){0,4}$"
)
_RANGE_BEFORE = _search(r"\bbetween\s+[\d,]+\s+and\s+$")
_PRIOR_BEFORE = _search(
    r"\b"
    + _any(r"compared (?:to|with)|versus|vs\.?|(?:up|down|increased?|decreased?) from|from")
    + rf"\s+(?:an?\s+)?(?:{_ABOUT})?\s*$"
)
_REGIONS = _any(
    r"United States|United Kingdom|U\.?S\.?|U\.?K\.?|North America|Latin America|America\w*|Europe|EMEA|Asia\S*|APAC"
    r"|India|China|Israel|Germany|Japan|Canada|Mexico|France|Poland|Ireland|Singapore|Taiwan|Korea|Brazil|Ukraine|Philippines"
    r"|Malaysia|Vietnam|Netherlands|Switzerland|California|Texas|Washington"
)
_REGION_FIRST = _search(rf"^(?:in|outside|within)\s+(?:of\s+)?(?:the\s+)?{_REGIONS}")

# -- what stands behind ---

_EMPLOYED_BY = _search(r"^\s*(?:were|are|was)?\s*employed by (?:us\b|the (?:company|registrant|group)\b)")
_SO_MANY = r"(?:(?:over|approximately|more\s+than|about|nearly)\s+)?\d+\s+"
_DOING = _any("engaged|working|dedicated|focused|employed|involved|specializing|devoted|assigned")
_DOING_WHAT = rf"{_DOING}\s+(?:in|on|to|at|within|by)\b(?!\s+{_SO_MANY}(?:countries|locations))"
_BEING_WHERE = rf"(?:located|based|residing|situated)\s+(?:in|outside|at|within)\b(?!\s+{_SO_MANY})"
_AND_ELSEWHERE = r"(?!\s*,?\s*and\s+(?:[\d,]|approximately|internationally|globally|around|throughout|other))"
_UNIT_OF_OURS = (
    r"in\s+(?:our|the|its)\s+[\w\s&,'-]{0,60}?"
    + _any(
        r"segments?|business(?:es)?|division|organi[sz]ation|function|department|operations|unit|stores|group|team|office"
        r"|facilit\w+"
    )
    + r"\b"
)
_FIELD = r"in\s+" + _any(
    r"research|sales|engineering|manufacturing|customer|product|marketing|R&D|general|operations|technology|production"
    r"|services|pharmaceutical|software|information"
)
_DID = _any(
    r"participat\w*|complet\w*|receiv\w*|left|attend\w*|enroll\w*|respond\w*|volunteer\w*|took|taken|join\w*|impacted"
    r"|affected|held|exercis\w*|eligible|hired|promoted|advancing"
)
_PART_AFTER = _search(
    r"^[\s,]*(?:\([^)]*\)\s*)?(?:who\s+(?:are|were|work)\s+|(?:are|were|is|was)\s+)?(?:primarily\s+|directly\s+|principally\s+)?"
    rf"(?:{_DOING_WHAT}|{_BEING_WHERE}|(?:in|within)\s+(?:the\s+)?{_REGIONS}\b{_AND_ELSEWHERE}"
    rf"|outside\s+(?:of\s+)?(?:the\s+)?(?:United|U\.?S|North)|{_UNIT_OF_OURS}|{_FIELD}\b"
    r"|(?:represented|covered|subject|unionized|members|parties)\b|under\s+collective"
    r"|at\s+(?:our|the|its)\s+[\w\s]{0,30}(?:facility|plant|site|campus|headquarters|location)"
    rf"|(?:(?:have|has|had)\s+(?:been\s+)?)?{_DID}\b|globally\s+advancing"
    r"|(?:as\s+a\s+)?result(?:ing)?\s+(?:of|from)|from\s+the\s+acquisition|through\s+acquisition|years?\s+(?:old|of))"
)
_WHOLE_AFTER = _search(
    r"^[^.;\d]{0,40}?\b"
    + _any(
        r"worldwide|globally|around the (?:world|globe)|throughout the world|across the (?:globe|world)|in total"
        r"|company-?wide|global workforce|on a full-?\s?time basis|full[- ]time"
    )
    + rf"\b|^[\s,]*(?:\w+\s+){{0,4}}?(?:in|across|spanning|throughout)\s+{_SO_MANY}(?:\w+\s+)?countries"
)

# -- what stands between a number and its noun, and around ---

_PART_WORDS = _search(
    r"\b"
    + _any(
        r"part-time|temporary|seasonal|contract|contingent|retail|sales|hourly|salaried|union(?:ized)?|technical|R&D"
        r"|research|engineering|store|field|female|women|male|billable|service|support|manufacturing|non-U\.?S\.?|domestic"
        r"|international|foreign|additional|new|former|corporate|clinical|production|software|delivery|security|healthcare"
        r"|medical|driver|development|marketing|operations|administrative|professional|skilled|eligible|remote|warehouse"
        r"|distribution|customer|product|scientific|CORS"
    )
    + r"\b"
)
_WHOLE_WORDS = _search(r"\b(?:full[- ]time|full and|regular|total|permanent|active|worldwide|global)\b")
_NEVER_IN = _search(r"\bmedian\b|\bpay ratio\b|\byears of age\b|\byears old\b")
_PLAN = _search(
    r"\b"
    + _any(
        r"stock options?|401\(k\)|pension|purchase plan|postretirement|plan participants|restricted stock|survey"
        r"|benefits? plans?"
    )
    + r"\b"
)
_DEAL = _search(r"\b(?:acquisition of|acquired|merger|predecessor|spin-?off|divest\w+)\b")
_WEAK = _search("people|persons|individuals|professionals|workers|personnel|staff|associates|colleagues")
_WORK = _search(r"\b(?:employ\w*|work\s?force|headcount|human capital|full[- ]time|staff)\b")


def score_before(before: str, kind: str) -> float:
    """What the words before a number say of it. `kind`: counted, named or employed."""
    if _OTHERS_BEFORE.search(before) or _RANGE_BEFORE.search(before):
        return _NEVER
    near = before[-_NEAR:]
    score = _HAS if kind != "counted" or _HAVING.search(near) else _IS if _BEING.search(near) else 0.0
    score += _OURS if _SUBJECT.search(near) else 0.0
    score += _WHOLE_SAID if _WHOLE_BEFORE.search(near) else 0.0
    score += _PART if _INCLUDED.search(near) else 0.0
    score += _EVENT if _CHANGE_BEFORE.search(near) else 0.0
    score += PRIOR if _PRIOR_BEFORE.search(near) else 0.0
    score += _PART if _REGION_FIRST.search(before.lstrip()) else 0.0
    team = _TEAM_BEFORE.search(near)
    return score + (_PART if team is not None and team["which"].lower() not in _WHOLE_TEAM else 0.0)


def score_after(after: str) -> float:
    """What the words behind a number's noun say of it."""
    if _EMPLOYED_BY.search(after):
        return _HAS + _OURS
    return (_PART if _PART_AFTER.search(after) else 0.0) + (_WHOLE_SAID if _WHOLE_AFTER.search(after) else 0.0)


def score_between(between: str) -> float:
    """What the words between a number and its noun say: `full-time`, or `sales`."""
    if _WHOLE_WORDS.search(between):
        return _FULL_SAID
    return _PART if _PART_WORDS.search(between) else 0.0


def score_noun(noun: str, sentence: str) -> float:
    """`people` may be anybody, unless the sentence speaks of work."""
    return _DOUBT if _WEAK.fullmatch(noun) and not _WORK.search(sentence) else 0.0


def score_sentence(sentence: str) -> float:
    """What a sentence is about, where that makes all its numbers something else."""
    if _NEVER_IN.search(sentence):
        return _NEVER
    return (_PART if _PLAN.search(sentence) else 0.0) + (_DOUBT if _DEAL.search(sentence) else 0.0)
