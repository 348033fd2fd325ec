// What is each topic called? Labels can be written over, and saved to a file.

const written_labels = new Map();

function labelOf(model, topic) {
  const found = run.models[model].topics[topic];
  return written_labels.get(`${model} ${topic}`) ?? found.label;
}

function writeLabel(model, topic, label) {
  const text = label.trim();
  const given = run.models[model].topics[topic].label;
  if (!text || text === given) written_labels.delete(`${model} ${topic}`);
  else written_labels.set(`${model} ${topic}`, text);
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
  download("topic_labels.json", "application/json", `${JSON.stringify(found, null, 2)}\n`);
}
