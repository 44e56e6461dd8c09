// Sends what stands behind the `#` of the link, together with the password, and shows what the shop answers.
const form = document.getElementById("activation");
const outcome = document.getElementById("outcome");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = JSON.stringify({ token: location.hash.slice(1), password: form.elements.password.value });
  try {
    const answer = await fetch(form.dataset.url, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    if (answer.ok) {
      form.hidden = true;
      outcome.textContent = form.dataset.done;
      history.replaceState(null, "", location.pathname);
      return;
    }
    const problem = await answer.json();
    const [told] = problem.token || problem.password || problem.non_field_errors || [problem.detail];
    outcome.textContent = told || form.dataset.failed;
  } catch {
    outcome.textContent = form.dataset.failed;
  }
});
