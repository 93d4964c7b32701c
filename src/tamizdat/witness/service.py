"""A witness over HTTP: ``add-checkpoint`` and the newest checkpoints (C2SP tlog-witness). It logs nothing."""

import time
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tamizdat.errors import BadArchive, BadEncoding, BadNote, BadProof, KeyMissing, TamizdatError, UsageError
from tamizdat.witness.add_checkpoint import MAX_REQUEST, PATH, SIZE_TYPE, AddCheckpoint
from tamizdat.witness.record import Behind, Conflict, Record

NOTE_TYPE: Final = "text/plain; charset=utf-8"


def witness_routes(record: Record, prefix: str = "") -> list[Route]:
    """Return the addresses at which *record* answers, below *prefix*."""

    async def add_checkpoint(http: Request) -> Response:
        body = bytearray()
        try:
            async for piece in http.stream():
                body += piece
                if len(body) > MAX_REQUEST:
                    return PlainTextResponse(f"Expected at most {MAX_REQUEST} bytes.\n", 413)
        except ClientDisconnect:
            return PlainTextResponse("", 400)
        return await run_in_threadpool(answer, record, bytes(body), int(time.time()))

    async def newest(http: Request) -> Response:
        return await run_in_threadpool(_newest, record, str(http.path_params["name"]))

    async def about(_: Request) -> Response:
        return PlainTextResponse(_told(record, prefix))

    return [
        *(Route(path, about, methods=["GET"]) for path in (prefix, f"{prefix}/") if path),
        Route(f"{prefix}/{PATH}", add_checkpoint, methods=["POST"]),
        Route(f"{prefix}/{{name:str}}/checkpoint", newest, methods=["GET"]),
    ]


def _told(record: Record, prefix: str) -> str:
    """Return what somebody reads who opens the address in a browser: what is here, and by which keys it is known."""
    keys = "".join(f"\n  {each.encode()}" for each in record.witnesses)
    return (
        f"This is {record.name}, a witness: it signs the newest state of the ledgers that it watches, each time only "
        f"if it continues the one before.\nDesks ask it at {prefix}/{PATH} (C2SP tlog-witness).\n\n"
        f"Its keys, to be compared with what its owner says over another channel:\n{keys}\n"
    )


def answer(record: Record, body: bytes, now: int) -> Response:
    """Return what the witness answers to the *body* of a request at *now* (POSIX seconds)."""
    try:
        asked = AddCheckpoint.parse(body)
        lines = record.sign(asked.note, asked.old, asked.hashes, now)
    except Conflict as conflict:
        return Response(f"{conflict.size}\n", 409, media_type=None, headers={"Content-Type": SIZE_TYPE})
    except TamizdatError as error:
        return _refusal(error)
    return Response(lines, 200, headers={"Content-Type": NOTE_TYPE})


def _refusal(error: TamizdatError) -> Response:
    if isinstance(error, KeyMissing):
        return PlainTextResponse("This ledger is not watched here.\n", 404)
    if isinstance(error, Behind):
        return PlainTextResponse("This witness has to be brought up to date first.\n", 503)
    if isinstance(error, BadProof):
        return PlainTextResponse(f"{error}\n", 422)
    if isinstance(error, BadNote):
        return PlainTextResponse(f"{error}\n", 403)
    if isinstance(error, UsageError | BadEncoding):
        return PlainTextResponse(f"{error}\n", 400)
    return PlainTextResponse("This witness cannot sign at this moment.\n", 503)


def _newest(record: Record, name: str) -> Response:
    plain = len(name) == 64 and all(each in "0123456789abcdef" for each in name)
    try:
        watched = record.log_at(name) if plain else None
    except BadArchive:
        return PlainTextResponse("This witness cannot answer at this moment.\n", 503)
    if watched is None or not watched.note:
        return PlainTextResponse("No checkpoint of this ledger was signed here.\n", 404)
    return Response(watched.note, 200, headers={"Content-Type": NOTE_TYPE})
