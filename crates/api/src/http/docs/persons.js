// The demo's persons: whoever is clicked is who calls from now on.
const place = document.getElementById("persons");
const persons = await (await fetch("persons.json")).json();
const heading = document.createElement("p");
heading.textContent = "Demo. Synthetic persons only. Call as:";
const list = document.createElement("ul");
for (const { who, name, token } of persons) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = name;
  button.title = who;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    window.ui.preauthorizeApiKey("bearer", token);
    for (const other of list.querySelectorAll("button")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
  });
  const item = document.createElement("li");
  item.append(button);
  list.append(item);
}
place.append(heading, list);
place.hidden = false;
