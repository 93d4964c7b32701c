"""Exports of Facebook and TikTok as their owners get them, made small."""

import json
from typing import Any

BEGAN = 1368340080  #: 12 May 2013, 06:28
FOLDER = "your_facebook_activity/"
LIST = "posts/your_posts__check_ins__photos_and_videos_1.json"
PROFILE = "personal_information/profile_information/profile_information.json"
PICTURE = f"{FOLDER}posts/media/x/4327_1080_n_10211770077743.jpg"


def as_meta_writes(text: str) -> str:
    """UTF-8 whose bytes are written as letters."""
    return text.encode().decode("latin-1")


def attached(*things: dict[str, Any]) -> list[dict[str, Any]]:
    """Attachments of a post on Facebook."""
    return [{"data": [thing]} for thing in things]


def picture(uri: str = PICTURE, **more: Any) -> dict[str, Any]:
    """A picture as Facebook attaches it."""
    return {"media": {"uri": uri, "creation_timestamp": BEGAN, "title": "Timeline photos", **more}}


def on_facebook(second: int, text: str = "", *things: dict[str, Any], updated: int = 0, **more: Any) -> dict[str, Any]:
    """A post of Facebook's list, *second* after :data:`BEGAN`."""
    data: list[dict[str, Any]] = [{"post": as_meta_writes(text)}] if text else []
    data += [{"update_timestamp": BEGAN + updated}] if updated else []
    return {"timestamp": BEGAN + second, "attachments": attached(*things), "data": data, "title": "Lin posted.", **more}


def facebook(*posts: dict[str, Any], handle: str = "lin", folder: str = FOLDER, where: str = LIST) -> dict[str, bytes]:
    """The files of an export; without a *handle* nothing tells whose it is."""
    files = {f"{folder}{where}": json.dumps(posts).encode(), PICTURE: b"\xff\xd8"}
    if handle:
        told = {"name": {"full_name": as_meta_writes("林")}, "profile_uri": f"https://www.facebook.com/{handle}"}
        profile = json.dumps({"profile_v2": told, "emails": ["lin@a.example"]}).encode()
        files[PROFILE] = profile
    return files


def on_tiktok(number: int, title: str = "", **more: Any) -> dict[str, Any]:
    """A post of TikTok's list."""
    made = {"Date": "2024-05-12 06:28:00", "Link": f"https://www.tiktokv.com/share/video/{number}/", "Likes": "3"}
    return {**made, "WhoCanView": "Everyone", "Location": "", "Title": title, **more}


def tiktok(*posts: dict[str, Any], deleted: tuple[dict[str, Any], ...] = (), private: str = "Off") -> dict[str, Any]:
    """What the one file of an export holds, with letters, logins and what was watched around the posts."""
    watched = [{"Date": "2024-05-12 06:28:00", "Link": "https://www.tiktokv.com/share/video/7000000000000000666/"}]
    chat = {
        "Chat History with wang:": [{"Date": "2024-05-12 06:28:00", "From": "wang", "Content": 'SECRET {"Posts": {'}]
    }
    return {
        "Ads and data": {"Ad Interests": {"AdInterestCategories": "SECRET"}},
        "Direct Message": {"Direct Messages": {"ChatHistory": chat}},
        "Post": {"Posts": {"VideoList": list(posts)}, "Recently Deleted Posts": {"PostList": list(deleted) or None}},
        "Profile And Settings": {
            "Profile Info": {"ProfileMap": {"userName": "lin", "displayName": "林", "emailAddress": "SECRET"}},
            "Settings": {"SettingsMap": {"Private Account": private}},
        },
        "Your Activity": {
            "Login History": {"LoginHistoryList": [{"IP": "SECRET"}]},
            "Watch History": {"VideoList": watched},
        },
    }
