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


THREADS = "your_instagram_activity/threads/threads_and_replies.json"


def on_threads(second: int, text: str = "", *uris: str, reply: bool = False, **more: Any) -> dict[str, Any]:
    """A post of Threads' list, *second* after :data:`BEGAN`; of several pictures its words stand beside them."""
    told = {"text_app_post": {"is_reply": reply, "reply_control": "everyone", "geo_gated_country_list": ""}}
    made = {"creation_timestamp": BEGAN + second, "cross_post_source": {"source_app": "FB"}, **told}
    beside = len(uris) > 1
    media = [{"uri": uri, **made, "title": "" if beside else as_meta_writes(text)} for uri in uris or ("",)]
    also = {"title": as_meta_writes(text), "creation_timestamp": BEGAN + second} if beside else {}
    return {"media": media, **also, **more}


def threads(
    *posts: dict[str, Any], handle: str = "lin", private: str = "False", where: str = THREADS
) -> dict[str, bytes]:
    """The files; without a *handle* nothing tells whose it is, without *private* not for whom."""
    files = {where: json.dumps({"text_post_app_text_posts": posts}, indent=2).encode()}
    folder = where.rpartition("/")[0]
    files[f"{folder}/followers.json"] = b'{"text_post_app_text_post_app_followers": [{"title": "SECRET"}]}'
    said = {
        "Username": {"value": handle},
        "Name": {"value": as_meta_writes("林")},
        "Email": {"value": "SECRET@a.example"},
    }
    said |= {"Private Account": {"value": private}} if private else {}
    if handle:
        profile = {"text_post_app_text_post_app_profile": [{"string_map_data": said}]}
        files[f"{folder}/personal_information.json"] = json.dumps(profile).encode()
    return files
