#!/bin/sh
# What: megalodon 10.0.5 (npm), a client of Mastodon, Pleroma, Friendica and others that gives all of them one form
# Guess: what a post quotes is in it (Mastodon gives it out since 4.5), and reblog is null for a post that is no boost.
# Does: of a quote there is nothing but 'quote: true', though the server gave out the quoted post whole; and reblog is
#   never null: of every post it is an object without id, author and words. Who asks 'if (status.reblog)' takes each post
#   for a boost of nobody, and a post that comments on another's words stands alone.
# Seen: quote true; reblog {"reblog":null,"plain_content":null, … "quote":false}
# Source: Mastodon API, entities Status (reblog: Status or null) and Quote (state, quoted_status); megalodon, Entity.Status
#   (reblog: Status | null)
# Instead: keep the server's own JSON beside it, and read reblog and quote from that; a boost has reblog.id.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm init -y > npm.log 2>&1 && npm install --silent --ignore-scripts megalodon@10.0.5 >> npm.log 2>&1 || exit 2
cat > run.cjs <<'END'
const http = require("http");
const megalodon = require("megalodon");

const account = { id: "1", username: "lin", acct: "lin", display_name: "林", emojis: [], fields: [], note: "" };
const status = (id, words, more) => ({
  id, uri: `https://a.example/${id}`, url: `https://a.example/@lin/${id}`, account, content: `<p>${words}</p>`,
  created_at: "2024-05-12T06:28:00.000Z", edited_at: null, reblog: null, emojis: [], media_attachments: [],
  mentions: [], tags: [], visibility: "public", spoiler_text: "", sensitive: false, poll: null, card: null,
  application: null, language: "zh", in_reply_to_id: null, in_reply_to_account_id: null, ...more,
});
const quoted = status("2", "校舍塌了");
const given = status("3", "五年了", { quote: { state: "accepted", quoted_status: quoted } });

const server = http.createServer((request, response) => {
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(given));
});
server.listen(0, "127.0.0.1", async () => {
  const make = megalodon.default || megalodon.generator;
  const client = make("mastodon", `http://127.0.0.1:${server.address().port}`);
  const { data } = await client.getStatus("3");
  console.log("quote", JSON.stringify(data.quote));
  console.log("reblog", JSON.stringify(data.reblog));
  console.log("words of the quoted post", JSON.stringify(data).includes("校舍塌了"));
  server.close();
  process.exit(0);
});
END
node run.cjs > seen 2>errors || { cat errors; exit 2; }
cat seen
grep -qx 'quote true' seen || { echo 'changed: more, or less, than that it quotes is told'; exit 1; }
grep -qx 'words of the quoted post false' seen || { echo 'changed: the quoted post is there'; exit 1; }
! grep -qx 'reblog null' seen || { echo 'changed: reblog is null'; exit 1; }
