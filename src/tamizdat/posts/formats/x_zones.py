"""The names X has for time zones, and what the IANA time zone database calls them.

X lets people choose a city from the list that Ruby on Rails has: "Tokyo", "Eastern Time (US & Canada)", "Beijing".

>>> zone("Tokyo"), zone("Beijing"), zone("Europe/Madrid"), zone("Atlantis")
('Asia/Tokyo', 'Asia/Shanghai', 'Europe/Madrid', '')
"""

import re
from typing import Final

#: Names that IANA has too, by the continent it files them under.
_SAME: Final = {
    "Africa": "Cairo Casablanca Harare Monrovia Nairobi",
    "America": "Bogota Caracas Chihuahua La_Paz Lima Mazatlan Monterrey Montevideo Puerto_Rico Santiago Tijuana",
    "Asia": "Almaty Baghdad Baku Bangkok Chongqing Colombo Dhaka Hong_Kong Irkutsk Jakarta Jerusalem Kabul Kamchatka"
            " Karachi Kathmandu Krasnoyarsk Kuala_Lumpur Kuwait Magadan Muscat Novosibirsk Rangoon Riyadh"
            " Seoul Singapore Srednekolymsk Taipei Tashkent Tbilisi Tehran Tokyo Ulaanbaatar Urumqi Vladivostok"
            " Yakutsk Yerevan",
    "Atlantic": "Azores",
    "Australia": "Adelaide Brisbane Canberra Darwin Hobart Melbourne Perth Sydney",
    "Europe": "Amsterdam Athens Belgrade Berlin Bratislava Brussels Bucharest Budapest Copenhagen Dublin Helsinki"
              " Istanbul Kaliningrad Lisbon Ljubljana London Madrid Minsk Moscow Paris Prague Riga Rome Samara Sarajevo"
              " Skopje Sofia Stockholm Tallinn Vienna Vilnius Volgograd Warsaw Zagreb Zurich",
    "Pacific": "Auckland Fiji Guam Midway Port_Moresby",
}  # fmt: skip
_OTHERS: Final = {
    "International Date Line West": "Etc/GMT+12", "Midway Island": "Pacific/Midway",
    "American Samoa": "Pacific/Pago_Pago", "Hawaii": "Pacific/Honolulu", "Alaska": "America/Juneau",
    "Pacific Time (US & Canada)": "America/Los_Angeles", "Mountain Time (US & Canada)": "America/Denver",
    "Central Time (US & Canada)": "America/Chicago", "Eastern Time (US & Canada)": "America/New_York",
    "Atlantic Time (Canada)": "America/Halifax", "Arizona": "America/Phoenix", "Saskatchewan": "America/Regina",
    "Indiana (East)": "America/Indiana/Indianapolis", "Guadalajara": "America/Mexico_City",
    "Mexico City": "America/Mexico_City", "Central America": "America/Guatemala", "Quito": "America/Guayaquil",
    "Newfoundland": "America/St_Johns", "Brasilia": "America/Sao_Paulo",
    "Buenos Aires": "America/Argentina/Buenos_Aires", "Georgetown": "America/Guyana", "Greenland": "America/Nuuk",
    "Mid-Atlantic": "Atlantic/South_Georgia", "Cape Verde Is.": "Atlantic/Cape_Verde", "Edinburgh": "Europe/London",
    "UTC": "Etc/UTC", "GMT": "Etc/UTC", "Bern": "Europe/Zurich", "West Central Africa": "Africa/Algiers",
    "Kyiv": "Europe/Kiev", "Kyev": "Europe/Kiev", "Pretoria": "Africa/Johannesburg",
    "St. Petersburg": "Europe/Moscow", "Abu Dhabi": "Asia/Dubai", "Ekaterinburg": "Asia/Yekaterinburg",
    "Islamabad": "Asia/Karachi", "Chennai": "Asia/Kolkata", "Kolkata": "Asia/Kolkata", "Mumbai": "Asia/Kolkata",
    "New Delhi": "Asia/Kolkata", "Astana": "Asia/Almaty", "Sri Jayawardenepura": "Asia/Colombo",
    "Hanoi": "Asia/Ho_Chi_Minh", "Beijing": "Asia/Shanghai", "Ulaan Bataar": "Asia/Ulaanbaatar",
    "Osaka": "Asia/Tokyo", "Sapporo": "Asia/Tokyo", "Solomon Is.": "Pacific/Guadalcanal",
    "New Caledonia": "Pacific/Noumea", "Marshall Is.": "Pacific/Majuro", "Wellington": "Pacific/Auckland",
    "Nuku'alofa": "Pacific/Tongatapu", "Tokelau Is.": "Pacific/Fakaofo", "Chatham Is.": "Pacific/Chatham",
    "Samoa": "Pacific/Apia",
}  # fmt: skip
_NAMES: Final = _OTHERS | {
    city.replace("_", " "): f"{place}/{city}" for place, cities in _SAME.items() for city in cities.split()
}
_IANA: Final = re.compile(
    r"(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[A-Za-z_/-]{2,40}"
)


def zone(name: str) -> str:
    """Return the name in the IANA time zone database; "" of a zone that is not on X's list."""
    name = name.strip()
    return _NAMES.get(name, name if _IANA.fullmatch(name) else "")
