"""What a person can do about a refused proof, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from processor.text import Text

_SECRETS_AGREE: Final = Text(
    "скопируйте секрет из настроек отправителя в rules.yaml (или туда, откуда его берёт ${ИМЯ}) целиком, без пробелов; "
    "если он верный, прокси перед нами не должен менять тело",
    "copy the secret from the sender's settings into rules.yaml (or where ${NAME} takes it from), whole and without "
    "spaces; if it is right, no proxy in front of us may change the body",
)
_CLOCKS: Final = Text(
    "сверьте часы отправителя и этого сервера (timedatectl); одиночные старые запросы — повторы, их можно не замечать",
    "see that the sender's clock and this server's are right (timedatectl); a single old one is a replay",
)

PROOF_ADVICE: Final[Mapping[str, Text]] = {
    "signature_missing": Text(
        "задайте отправителю секрет; если он задан, прокси перед нами отбрасывает заголовок",
        "give the sender a secret; if it has one, a proxy in front of us drops the header",
    ),
    "signature_mismatch": _SECRETS_AGREE,
    "signature_unsupported": Text(
        "выберите у отправителя подпись HMAC-SHA256 (v1)", "choose the signature HMAC-SHA256 (v1) at the sender's"
    ),
    "signature_demo": Text(
        "выключите тестовый режим платёжной страницы; до тех пор так и должно быть",
        "switch the test mode of the payment page off; until then this is as it should be",
    ),
    "token_missing": Text(
        "добавьте ключ в настройки отправителя: туда, где мы его ищем, и как сказано на странице этого отправителя",
        "add the key in the sender's settings: where it is expected, and as the sender's page says",
    ),
    "token_mismatch": Text(
        "скопируйте ключ заново: из rules.yaml отправителю или наоборот",
        "copy the key again: from rules.yaml to the sender, or back",
    ),
    "token_misnamed": Text(
        "укажите у источника key_name, как сказано выше", "give the source the key_name that is named above"
    ),
    "timestamp_old": _CLOCKS,
    "timestamp_ahead": _CLOCKS,
    "timestamp_malformed": Text(
        "отправитель должен писать время Unix в секундах", "the sender must write Unix time in seconds"
    ),
    "proof_not_configured": Text(
        "дайте источнику secret или token, либо явно proof: none",
        "give the source a secret or a token, or say proof: none",
    ),
    "address_unknown": Text(
        "если перед нами прокси, назовите его в TRUSTED_PROXIES; если у отправителя новый адрес, добавьте его",
        "if a proxy stands in front of us, name it in TRUSTED_PROXIES; if the sender has a new address, add it",
    ),
    "unknown_source": Text(
        "исправьте адрес у отправителя или добавьте источник в rules.yaml; если адрес незнаком, это сканеры",
        "mend the address at the sender's or add the source to rules.yaml; a strange name is a scanner's",
    ),
}
_ANY: Final = Text(
    "сравните настройки отправителя со страницей этого отправителя в docs/sources",
    "compare the sender's settings with the sender's page in docs/sources",
)


def proof_advice(code: str) -> Text:
    """What helps against a refusal with this code; a general advice for a code that a preset has for itself."""
    return PROOF_ADVICE.get(code, _ANY)
