// Lists the third parties that one can log in through, and binds or unbinds them once the owner has confirmed it.
"use strict";

const root = document.getElementById("log-ins");
const list = document.getElementById("list");
const form = document.getElementById("proof");
const outcome = document.getElementById("outcome");
let wanted = null; // the act that is to be confirmed, and the address to ask then

async function ask(method, path, body) {
  const token = document.cookie.split("; ").find((pair) => pair.startsWith("token=")) || "";
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `JWT ${token.slice("token=".length)}`;
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body), cache: "no-store" });
  return { status: response.status, body: response.status === 204 ? null : await response.json() };
}

// -- The list ---------------------------------------------------------------------------------------

async function draw() {
  const [offered, own] = await Promise.all([ask("GET", "/login/providers/"), ask("GET", "/bindings/")]);
  document.getElementById("signed-out").hidden = own.status !== 401;
  if (own.status !== 200) return;
  const bound = new Map(own.body.map((row) => [row.provider, row]));
  const titles = new Map([...offered.body, ...own.body].map((row) => [row.provider, row.title]));
  list.replaceChildren(...[...titles].flatMap(([provider, title]) => rowOf(provider, title, bound.get(provider))));
}

function rowOf(provider, title, binding) {
  const [term, said, button] = ["dt", "dd", "button"].map((name) => document.createElement(name));
  term.textContent = title;
  const act = binding ? root.dataset.unbind : root.dataset.bind;
  button.type = "button";
  button.textContent = act;
  const path = `/bindings/${provider}/`;
  const asked = binding ? { act: "unbind", path: `${path}unbind/` } : { act: "bind", path };
  button.addEventListener("click", () => want(`${act}: ${title}`, asked));
  said.append(binding ? `${binding.name} ` : "", button);
  return [term, said];
}

// -- The proof --------------------------------------------------------------------------------------

function want(what, asked) {
  wanted = asked;
  document.getElementById("what").textContent = what;
  form.reset();
  form.hidden = false;
  outcome.textContent = "";
}

async function confirm() {
  const { status, body } = await ask("POST", wanted.path, Object.fromEntries(new FormData(form)));
  if (status === 200) return location.assign(body.address);
  if (status !== 204) return tell(body);
  form.hidden = true;
  return draw();
}

async function sendCode() {
  const { status, body } = await ask("POST", "/users/confirmation/", { act: wanted.act });
  if (status !== 201) return tell(body);
  outcome.textContent = `${root.dataset.sent} ${body.sent_to}`;
}

function tell(problem) {
  const [said] = problem.password || problem.code || [problem.detail];
  outcome.textContent = said || root.dataset.failed;
}

// -- What is pressed --------------------------------------------------------------------------------

function guarded(work) {
  return () =>
    work().catch(() => {
      outcome.textContent = root.dataset.failed;
    });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  guarded(confirm)();
});
document.getElementById("send").addEventListener("click", guarded(sendCode));
guarded(draw)();
