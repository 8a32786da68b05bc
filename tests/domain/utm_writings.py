"""UTM marks in every encoding in which links, forms and spreadsheets hand them on."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote, quote_plus

from processor.domain.event import Utm

SPRING: Final = "весна"
CP1251: Final = quote(SPRING.encode("cp1251"))
VK: Final = Utm(source="vk")
VK_CPC: Final = Utm(source="vk", medium="cpc")
SALE: Final = Utm(campaign="spring sale")
ADDRESS: Final = "https://shop.example/?utm_source=vk&utm_medium=cpc"


def _times(count: int, text: str) -> str:
    return _times(count - 1, quote(text, safe="")) if count else text


ENCODINGS: Final[tuple[tuple[str, Utm | None], ...]] = (
    *((f"utm_campaign={_times(count, SPRING)}", Utm(campaign=SPRING)) for count in range(6)),
    *((f"utm_campaign={_times(count, CP1251)}", Utm(campaign=SPRING)) for count in range(4)),
    ("utm_campaign=spring+sale", SALE),
    ("utm_campaign=spring%20sale", SALE),
    ("utm_campaign=spring%2520sale", SALE),
    ("utm_campaign=spring sale", SALE),
    (f"utm_campaign={quote_plus(quote_plus('весна и лето'))}", Utm(campaign="весна и лето")),
    ("utm_term=c%2B%2B", Utm(term="c++")),
    ("utm_campaign=%u0432%u0435%u0441%u043D%u0430", Utm(campaign=SPRING)),
    ("utm_campaign=%25u0432%25u0435%25u0441%25u043D%25u0430", Utm(campaign=SPRING)),
    ("utm_campaign=%D0%B2%D0%B5%D1%81%D0", Utm(campaign="вес")),  # cut within a letter
    ("utm_campaign=%E2", Utm(campaign="в")),
    ("utm_campaign=%F0%9F%8E%81+sale", Utm(campaign="🎁 sale")),
    ("utm_campaign=%uD83C%uDF81", Utm(campaign="🎁")),
    ("utm_campaign=👩‍🎤", Utm(campaign="👩‍🎤")),
    ("utm_campaign=Ð²ÐµÑ\x81Ð½Ð°", Utm(campaign="Ð²ÐµÑ\x81Ð½Ð°")),  # guessing what it was is not our business
    ("utm_campaign=РІРµСЃРЅР°", Utm(campaign="РІРµСЃРЅР°")),
    ("utm_source=xn--e1afmkfd.xn--p1ai", Utm(source="xn--e1afmkfd.xn--p1ai")),
    ("utm_source=100%", Utm(source="100%")),
    ("utm_source=50%25+off", Utm(source="50% off")),
    ("utm_source=a%00b%1Fc%0D%0Ad", Utm(source="a b c d")),
    ("utm_source=%EF%BB%BFvk%E2%80%8B", VK),
    ("utm_source=%22vk%22", VK),
    ("utm_source='vk'", VK),
    ('utm_source="vk', Utm(source='"vk')),
    ("utm_source=" + "%25" * 500 + "41", Utm(source=("%" * 500)[:255])),
    ("utm_source=" + "%" + "25" * 3000 + "41", None),  # escaped more often than anybody does
)

SEPARATORS: Final[tuple[tuple[str, Utm | None], ...]] = (
    ("utm_source=vk&utm_medium=cpc", VK_CPC),
    ("utm_source=vk&amp;utm_medium=cpc", VK_CPC),
    ("utm_source=vk&amp;amp;utm_medium=cpc", VK_CPC),
    ("utm_source=vk&#38;utm_medium=cpc", VK_CPC),
    ("utm_source=vk\\u0026utm_medium=cpc", VK_CPC),
    ("utm_source=vk;utm_medium=cpc", VK_CPC),
    ("utm_source=vk|utm_medium=cpc", VK_CPC),
    ("utm_source=vk|||utm_medium=cpc|||utm_campaign=", VK_CPC),
    ("utm_source=vk|||amp;utm_medium=cpc", VK_CPC),
    ("utm_source=vk, utm_medium=cpc", VK_CPC),
    ("utm_source=vk\nutm_medium=cpc\n", VK_CPC),
    ("utm_source=a;b,c|d", Utm(source="a;b,c|d")),
    ("&&utm_source=vk&&&utm_medium=cpc&", VK_CPC),
    ("UTM_SOURCE=vk&Utm_Medium=cpc", VK_CPC),
    ("utm_source =vk& utm_medium= cpc", VK_CPC),
    ("\ufeffutm_source=vk&utm_medium=cpc", VK_CPC),
    ("%EF%BB%BFutm_source=vk&utm%5Fmedium=cpc", VK_CPC),
    ("utm-source=vk&utm.medium=cpc", VK_CPC),
    ("utmSource=vk&utmMedium=cpc", VK_CPC),
    ("utm_source[]=vk&utm_medium[0]=cpc", VK_CPC),
    ("utm[source]=vk&utm%5Bmedium%5D=cpc", VK_CPC),
    ("my_utm_source=vk&utm_sources=vk&utm_source2=vk&xutm_source=vk", None),
)

PLACES: Final[tuple[tuple[str, Utm | None], ...]] = (
    (ADDRESS, VK_CPC),
    ("//shop.example/?utm_source=vk", VK),
    ("/?utm_source=vk", VK),
    ("/catalog/tea.html?from=mail&utm_source=vk#reviews", VK),
    ("catalog?utm_source=vk", VK),
    ("?utm_source=vk", VK),
    ("https://shop.example/#utm_source=vk&utm_medium=cpc", VK_CPC),
    ("https://shop.example/#!/catalog?utm_source=vk&utm_medium=cpc", VK_CPC),
    ("https://shop.example/#/catalog?utm_source=vk", VK),
    ("https://shop.example/#/utm_source=vk", VK),
    ("https://shop.example/#?utm_source=vk", VK),
    ("https://shop.example/?a=1?utm_source=vk", VK),
    ("https://магазин.example/страница?utm_source=vk", VK),
    (f"https://go.example/?to={_times(1, ADDRESS)}", VK_CPC),
    (f"https://go.example/?a=1&to={_times(2, ADDRESS)}&b=2", VK_CPC),
    (f"https://go.example/?utm_source=mail&to={_times(1, ADDRESS)}", Utm(source="mail")),
    (_times(1, ADDRESS), VK_CPC),
    (_times(1, "utm_source=vk&utm_medium=cpc"), VK_CPC),
    (_times(3, "utm_source=vk&utm_medium=cpc"), VK_CPC),
    (_times(1, f"utm_campaign={CP1251}"), Utm(campaign=SPRING)),
    ("TILDAUTM=" + _times(1, "utm_source=vk|||utm_medium=cpc|||"), VK_CPC),
    ("utm_source=first&utm_source=second", Utm(source="first")),
    ("utm_source=&utm_source=second", Utm(source="second")),
    ("utm_source={utm_source}&utm_source=vk", VK),
    ("utm_source=&utm_medium=", None),
    ("utm_source&utm_medium", None),
    ("yclid=123456&gclid=abc&fbclid=def&ysclid=x&openstat=y", None),
    ("utm_id=5&utm_referrer=https%3A%2F%2Fya.ru", None),
    ("https://shop.example/utm_source/vk", None),
    ("https://shop.example/?to=%25%25%25", None),
)

VALUES: Final[tuple[tuple[Any, str | None], ...]] = (
    ("vk", "vk"),
    (" VK ", "VK"),
    ("a+b", "a+b"),
    ("A&amp;B", "A&B"),
    ("A&amp;amp;B", "A&B"),
    ("R&D;", "R&D;"),
    ("&quot;tea&quot;", "tea"),
    ("&laquo;Чай&raquo;", "«Чай»"),
    ("&#1095;&#x430;й", "чай"),
    ('"купить чай"', "купить чай"),
    ("d'or", "d'or"),
    ("\ufeffvk\u200b", "vk"),
    ("\x00\x01", None),
    ("", None),
    ("  ", None),
    ("undefined", None),
    ("Undefined", None),
    ("null", None),
    ("None", None),
    ("NaN", None),
    ("(not set)", None),
    ("%28not%20set%29", None),
    ("(none)", None),
    ("(direct)", None),
    ("[object Object]", None),
    ("-", None),
    ("—", None),
    ("{utm_source}", None),
    ("{{utm_source}}", None),
    ("%7B%7Butm_source%7D%7D", None),
    ("{{campaign.name}}", None),
    ("{keyword}|{ad_id}", None),
    ("${utm_source}", None),
    ("[utm]", None),
    ("[utm_source]", None),
    ("<utm_source>", None),
    ("%utm_source%", None),
    ("%campaign%", None),
    ("__CAMPAIGN_NAME__", None),
    ("[sale]", "[sale]"),
    ("tea_{ad_id}", "tea_{ad_id}"),
    ("none of these", "none of these"),
    ("nullify", "nullify"),
    (5, "5"),
    (0, "0"),
    (5.5, None),
    (True, None),
    (None, None),
    ({}, None),
    ([], None),
    (["vk", "ok"], "vk"),
    ("я" * 1000, "я" * 255),
    (quote("я" * 1000), "я" * 255),
    (_times(9, "я"), None),
    ("&amp;" + "amp;" * 9 + "B", None),
)
