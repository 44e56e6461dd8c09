// Both ends of a log-in by scanning: a browser that waits, and a phone that confirms. They know each other through
// /scans/ alone. The token is kept where the Vue shops keep it: in the cookies `token` and `name`, for seven days.
"use strict";

const EVERY = 1500; // milliseconds between two questions for the state
const root = document.getElementById("scan");

function show(state) {
  root.dataset.state = state;
  for (const part of root.querySelectorAll("[data-show]")) {
    part.hidden = !part.dataset.show.split(" ").includes(state);
  }
}

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? found.slice(name.length + 1) : "";
}

function remember(answer) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  for (const [name, value] of [["token", answer.token], ["name", answer.user.username]]) {
    document.cookie = `${name}=${escape(value)}; path=/; max-age=${7 * 24 * 3600}; samesite=lax${secure}`;
  }
}

async function ask(method, path, body) {
  const headers = { Accept: "application/json" };
  const token = cookie("token");
  if (token) headers.Authorization = `JWT ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body), cache: "no-store" });
  return { status: response.status, body: await response.json() };
}

// -- The browser ------------------------------------------------------------------------------------

async function begin() {
  const asked = await ask("POST", "/scans/");
  if (asked.status !== 201) return show("failed");
  document.getElementById("code").src = asked.body.qr;
  document.getElementById("address").href = asked.body.address;
  show("waiting");
  return follow(`/scans/${asked.body.public_id}/`);
}

async function follow(path) {
  const { status, body } = await ask("GET", path);
  if (status !== 200) return show("failed");
  show(body.state);
  if (body.state === "confirmed") return enter(path);
  if (body.state === "waiting" || body.state === "scanned") setTimeout(guarded(follow), EVERY, path);
}

async function enter(path) {
  const claimed = await ask("POST", `${path}claim/`, {});
  if (claimed.status !== 200) return show("expired");
  remember(claimed.body);
  document.getElementById("name").textContent = claimed.body.user.name || claimed.body.user.username;
  show("done");
}

// -- The phone --------------------------------------------------------------------------------------

const step = (name) => ask("POST", `/scans/${root.dataset.id}/${name}/`);

async function scan() {
  const { status, body } = await step("scan");
  if (status === 401) return show("signed-out");
  if (status !== 200) return show(status === 404 || status === 409 ? "expired" : "failed");
  for (const name of ["agent", "ip", "place"]) document.getElementById(name).textContent = body[name] || "?";
  document.getElementById("time").textContent = new Date(body.created_at).toLocaleString();
  show("scanned");
}

async function answer(name) {
  const { status, body } = await step(name);
  show(status === 200 ? body.state : "expired");
}

async function logIn(form) {
  const { status, body } = await ask("POST", "/login/", Object.fromEntries(new FormData(form)));
  if (status === 200) {
    remember(body);
    return scan();
  }
  document.getElementById("wrong").textContent = (body.non_field_errors || [body.detail])[0];
}

// -- What is pressed --------------------------------------------------------------------------------

function guarded(work) {
  return (...given) => work(...given).catch(() => show("failed"));
}

if (root.dataset.role === "browser") {
  document.getElementById("again").addEventListener("click", guarded(begin));
  guarded(begin)();
} else {
  document.getElementById("confirm").addEventListener("click", () => guarded(answer)("confirm"));
  document.getElementById("refuse").addEventListener("click", () => guarded(answer)("refuse"));
  document.getElementById("login").addEventListener("submit", (event) => {
    event.preventDefault();
    guarded(logIn)(event.target);
  });
  guarded(scan)();
}
