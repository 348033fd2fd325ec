// What is each topic called? Labels can be written over, and saved to a file.

const written_labels = new Map();
let areLabelsSaved = true;

function startLabels() {
  byId("label").addEventListener("change", (event) => {
    const chosen = selectedTopic();
    if (chosen) writeLabel(chosen.model, chosen.topic, event.target.value);
  });
  byId("save-labels").addEventListener("click", saveLabels);
  window.addEventListener("beforeunload", (event) => {
    if (!areLabelsSaved) event.preventDefault(); // the browser asks whether to leave
  });
}

function labelOf(model, topic) {
  const found = run.models[model].topics[topic];
  return written_labels.get(`${model} ${topic}`) ?? found.label;
}

function writeLabel(model, topic, label) {
  const text = label.trim();
  const given = run.models[model].topics[topic].label;
  if (!text || text === given) written_labels.delete(`${model} ${topic}`);
  else written_labels.set(`${model} ${topic}`, text);
  areLabelsSaved = written_labels.size === 0;
  tell();
}

// The labels of all topics, as `topoi report RUN --labels FILE` takes them.
function saveLabels() {
  const found = {};
  run.models.forEach((model, number) => {
    found[model.name] = {};
    model.topics.forEach((topic, place) => {
      found[model.name][topic.name] = labelOf(number, place);
    });
  });
  areLabelsSaved = true;
  download("topic_labels.json", "application/json", `${JSON.stringify(found, null, 2)}\n`);
}
