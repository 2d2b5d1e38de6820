// Judges bodies by the standard's own validators. From standard input: {bodies: [{name, mode, body}], pages: [page]}, where a page
// is what FeedPageChecker takes, with a name. To standard output: for each of them its name and what fails, in their order.

const { validate } = require('@openactive/data-model-validator');
const { FeedPageChecker } = require('@openactive/rpde-validator');

function told(finding) {
  return `${finding.path || ''} ${finding.type}: ${finding.message}`.trim();
}

async function judge({ bodies, pages }) {
  const judged = [];
  for (const { name, mode, body } of bodies) {
    const findings = await validate(body, { loadRemoteJson: false, validationMode: mode });
    judged.push({ name, failures: findings.filter((each) => each.severity === 'failure').map(told) });
  }
  const walks = new Map();
  for (const { name, walk, ...page } of pages) {
    if (!walks.has(walk)) walks.set(walk, new FeedPageChecker());
    judged.push({ name, failures: walks.get(walk).validateRpdePage(page).map(told) });
  }
  return judged;
}

let input = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (part) => { input += part; });
process.stdin.on('end', async () => {
  process.stdout.write(JSON.stringify(await judge(JSON.parse(input))));
});
