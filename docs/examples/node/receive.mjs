// Follows an agency's feed over gRPC; reads, accepts, starts and completes each referral that arrives.
//
// Usage: node receive.mjs --cursor FILE [--count N]      (environment: GATEWAY, CA, CLIENT_ID, CLIENT_SECRET, PROTOS)
//
// The number of the last notice dealt with lies in FILE, so a restart goes on where this one stopped. Nothing personal is printed.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { request } from 'node:https';
import { parseArgs } from 'node:util';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const { GATEWAY, CA, CLIENT_ID, CLIENT_SECRET, PROTOS } = process.env;
const { values: options } = parseArgs({ options: { cursor: { type: 'string' }, count: { type: 'string', default: '0' } } });
const ca = readFileSync(CA);
const definition = loader.loadSync(['tiltas/notification/v1/notifications.proto', 'tiltas/referral/v1/referrals.proto'], {
  includeDirs: [PROTOS], enums: String, longs: Number, oneofs: true, defaults: true,
});
const { tiltas } = grpc.loadPackageDefinition(definition);
const address = new URL(GATEWAY).host;
const credentials = grpc.credentials.createSsl(ca);
const longestPause = 8;
// Notices a gateway that is gone without a word, and does not let the time between attempts to reach it grow to minutes.
const line = { 'grpc.keepalive_time_ms': 30_000, 'grpc.keepalive_timeout_ms': 10_000, 'grpc.max_reconnect_backoff_ms': longestPause * 1000 };
const notifications = new tiltas.notification.v1.Notifications(address, credentials, line);
const referrals = new tiltas.referral.v1.Referrals(address, credentials, line);

// Why there is no token, and how many seconds the gateway asks to wait.
class NoToken extends Error {
  constructor(reason, seconds = 0) {
    super(`no token: ${reason}`);
    this.seconds = seconds;
  }
}

// OAuth 2 client credentials, renewed a minute before it runs out.
const token = { value: '', until: 0 };
async function askForToken() {
  const body = new URLSearchParams({ grant_type: 'client_credentials' }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length };
  const form = { method: 'POST', ca, auth: `${CLIENT_ID}:${CLIENT_SECRET}`, headers, signal: AbortSignal.timeout(30_000) };
  let answer;
  let text = '';
  try {
    answer = await new Promise((resolve, reject) => { request(GATEWAY + '/connect/token', form, resolve).on('error', reject).end(body); });
    for await (const part of answer.setEncoding('utf8')) text += part;
    if (answer.statusCode === 200) return JSON.parse(text);
  } catch (error) {
    throw new NoToken(error.message);
  }
  if (answer.statusCode === 400 || answer.statusCode === 401) {
    console.error(`the gateway does not know this client or its secret (HTTP ${answer.statusCode})`);
    process.exit(1);
  }
  throw new NoToken(`HTTP ${answer.statusCode}`, Number.parseInt(answer.headers['retry-after'], 10) || 0);
}

async function metadata() {
  if (Date.now() > token.until) {
    const answer = await askForToken();
    token.value = answer.access_token;
    token.until = Date.now() + (answer.expires_in - 60) * 1000;
  }
  const made = new grpc.Metadata();
  made.set('authorization', `Bearer ${token.value}`);
  return made;
}

async function call(client, method, message) {
  const head = await metadata();
  return new Promise((resolve, reject) => client[method](message, head, { deadline: Date.now() + 30_000 }, (error, answer) => (error ? reject(error) : resolve(answer))));
}

const readCursor = () => (existsSync(options.cursor) ? Number(readFileSync(options.cursor, 'ascii')) : 0);

// In one step: a crash leaves the old number or the new one.
function keepCursor(number) {
  const file = openSync(options.cursor + '.new', 'w');
  writeSync(file, String(number));
  fsyncSync(file);
  closeSync(file);
  renameSync(options.cursor + '.new', options.cursor);
}

// Goes on from wherever the referral stands; so it may be done again after a crash.
async function helpWith(referralId) {
  let { status } = (await call(referrals, 'getReferral', { referralId })).referral;
  if (status === 'REFERRAL_STATUS_SUBMITTED' || status === 'REFERRAL_STATUS_ACKNOWLEDGED') {
    const { given, withheld } = await call(referrals, 'readDossier', { referralId });
    console.log(`  ${referralId}: ${given.length} classes given, ${withheld.length} withheld`);
    ({ status } = (await call(referrals, 'acceptReferral', { referralId })).referral);
  }
  if (status === 'REFERRAL_STATUS_ACCEPTED') ({ status } = (await call(referrals, 'startService', { referralId })).referral);
  if (status === 'REFERRAL_STATUS_IN_SERVICE')
    ({ status } = (await call(referrals, 'completeReferral', { referralId, outcome: 'OUTCOME_SERVICE_DELIVERED' })).referral);
  console.log(`  ${referralId}: ${status}`);
  return status === 'REFERRAL_STATUS_COMPLETED';
}

const refusals = [grpc.status.PERMISSION_DENIED, grpc.status.FAILED_PRECONDITION, grpc.status.NOT_FOUND];
// A notice that the line broke on is seen again, and its referral counts once.
const done = new Set();
async function follow(alive) {
  const stream = notifications.subscribe({ after: readCursor() }, await metadata());
  for await (const { notice } of stream) {
    alive();
    if (!notice) continue;
    console.log(`${notice.sequence} ${notice.kind}`);
    if (notice.kind === 'NOTICE_KIND_REFERRAL_SUBMITTED') {
      try {
        if (await helpWith(notice.referralId)) done.add(notice.referralId);
      } catch (error) {
        // What the rules refuse will be refused again; everything else is tried again from this notice on.
        if (!refusals.includes(error.code)) throw error;
        console.log(`  refused: ${error.details}`);
      }
      await call(notifications, 'reportActed', { sequence: notice.sequence });
    }
    keepCursor(notice.sequence);
    if (Number(options.count) > 0 && done.size >= Number(options.count)) {
      stream.cancel();
      return true;
    }
  }
  return false;
}

for (let pause = 1; ;) {
  try {
    if (await follow(() => { pause = 1; })) break;
    pause = 1;
  } catch (error) {
    const refusal = grpc.status[error.code];
    if (!refusal && !(error instanceof NoToken)) throw error;
    if (refusal === 'INVALID_ARGUMENT' || refusal === 'UNIMPLEMENTED') {
      console.error(`the network does not take what this program sends (${refusal}: ${error.details})`);
      process.exit(1);
    }
    // What is away comes back. Of RESOURCE_EXHAUSTED the longest that RetryInfo asks for is 5 seconds.
    const wait = Math.max(pause, refusal === 'RESOURCE_EXHAUSTED' ? 5 : (error.seconds ?? 0));
    console.error(`the line broke (${refusal ?? error.message}); again in ${wait} s`);
    token.until = 0;
    await new Promise((resolve) => { setTimeout(resolve, wait * 1000); });
    pause = Math.min(pause * 2, longestPause);
  }
}
notifications.close();
referrals.close();
