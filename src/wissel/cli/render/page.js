(() => {
  const bar = document.getElementById("filter");
  const input = bar.querySelector("input");
  const shown = bar.querySelector("output");
  const files = [...document.querySelectorAll(".file")];
  const rows = new Map([...document.querySelectorAll("tr[data-file]")].map((row) => [row.dataset.file, row]));
  const texts = new Map();
  const text = (file) => {
    if (!texts.has(file)) texts.set(file, file.textContent.toLowerCase());
    return texts.get(file);
  };
  const apply = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const file of files) {
      const match = words.every((word) => text(file).includes(word));
      file.hidden = !match;
      const row = rows.get(file.id);
      if (row) row.hidden = !match;
      count += match;
    }
    shown.textContent = words.length ? `${count} of ${files.length} files` : "";
  };
  input.addEventListener("input", apply);
  if (files.length > 1) bar.hidden = false;
})();
