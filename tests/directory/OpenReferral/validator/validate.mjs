// Reads lines of {"schema", "value"} from the file that is named and holds each value against the published schema. HSDS leaves its
// schemas open; here they are closed, but for the members that our description of the API names, so that a misspelt member is found.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const beyond = {
  organization: { last_modified: { type: 'string', format: 'date-time' }, languages: { type: 'array', items: { $ref: 'language.json' } }, services: { type: 'array', items: { $ref: 'service.json' } } },
  service_at_location: { last_modified: { type: 'string', format: 'date-time' }, service: { $ref: 'service.json' } },
};

const [schemas, file] = process.argv.slice(2);
const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
for (const name of readdirSync(schemas).filter(name => name.endsWith('.json') && name !== 'openapi.json')) {
  const schema = JSON.parse(readFileSync(join(schemas, name), 'utf8'));
  Object.assign(schema.properties, beyond[name.replace('.json', '')] ?? {});
  schema.additionalProperties = false;
  ajv.addSchema(schema, name);
}
let [held, wrong] = [0, 0];
for (const line of readFileSync(file, 'utf8').split('\n').filter(line => line)) {
  const { schema, value } = JSON.parse(line);
  const holds = ajv.getSchema(schema + '.json');
  held++;
  if (holds(value)) continue;
  wrong++;
  console.log(schema, JSON.stringify(holds.errors.slice(0, 3)), JSON.stringify(value).slice(0, 400));
}
console.log(`held ${held}, wrong ${wrong}`);
process.exitCode = wrong ? 1 : 0;
