"""The last line of defence: a secret that was seen is hidden in every form in which it travels."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from unittest.mock import patch
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talentscope.runtime import masking
from talentscope.runtime.masking import HIDDEN, forms, hide, remember

SECRETS = ("ghp_Distinctive0123456789abcdef", "pass/word+with=odd&signs %", 'ümläut-and-"quotes"-and-\\slashes')


@pytest.mark.parametrize("secret", SECRETS)
def test_every_form_is_hidden(secret: str) -> None:
    remember(secret)
    said = [
        secret,
        f"Bearer {secret}",
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        urlencode({"apikey": secret}),
        json.dumps(secret, ensure_ascii=False),
        json.dumps(secret),
        repr({"token": secret}),
        b64encode(secret.encode()).decode(),
        urlsafe_b64encode(secret.encode()).decode(),
        *(b64encode(f"{name}:{secret}".encode()).decode() for name in ("u", "us", "use", "user")),
    ]
    for text in said:
        hidden = hide(f"before {text} after")
        assert HIDDEN in hidden, text
        assert not any(form in hidden for form in forms(secret)), hidden
        assert hidden.startswith("before ")
        assert hidden.endswith(" after")


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=12, max_size=60), st.text(max_size=6))
def test_no_form_of_any_secret_outlives_hiding(secret: str, before: str) -> None:
    with patch.object(masking, "_known", masking._Known()):  # a process knows a few, not hundreds
        remember(f"0{secret}")
        coded = b64encode(f"{before}0{secret}".encode()).decode()
        for text in (f"0{secret}", quote(f"0{secret}", safe=""), coded):
            assert text not in hide(text), text


def test_of_an_address_only_the_password_is_secret() -> None:
    remember("postgresql://loader:Pa%2Fss-w0rd-one@db.example.org/talent?sslmode=require")
    assert hide("db.example.org refused loader") == "db.example.org refused loader"
    assert "w0rd" not in hide("password Pa/ss-w0rd-one is wrong")
    assert "w0rd" not in hide("password Pa%2Fss-w0rd-one is wrong")
    remember("cloudsql://p:r:i/d?user=me&password=cloud-pass-0123")
    assert "cloud-pass" not in hide("it was cloud-pass-0123")


def test_a_password_in_any_address_is_hidden_though_nobody_named_it() -> None:
    assert hide("came 'http://user:short@host/x'") == f"came 'http://user:{HIDDEN}@host/x'"
    assert hide("mail me@example.org at https://host/x:1@2") == "mail me@example.org at https://host/x:1@2"


def test_words_stay_readable() -> None:
    for word in ("sandbox", "postgres", "SECRET", "abc"):
        remember(word)
        assert hide(f"the {word} plays") == f"the {word} plays"
