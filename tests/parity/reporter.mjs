// Failures in full, successes as a number.
export default async function* reporter(events) {
  let passed = 0;
  let failed = 0;
  for await (const { type, data } of events) {
    if (type === 'test:pass') passed += data.details?.type === 'suite' ? 0 : 1;
    if (type === 'test:stderr' || type === 'test:stdout') yield data.message;
    if (type !== 'test:fail') continue;
    failed += 1;
    const cause = data.details.error.cause ?? data.details.error;
    yield `FAILED ${data.name}\n${cause.stack ?? cause}\n`;
  }
  yield `${passed} passed, ${failed} failed\n`;
}
