import { Bucket, defineConfig, SqsQueue } from 'stacktape';

export default defineConfig(() => {
  const jobs = new SqsQueue({
    fifoEnabled: true,
    delayMessagesSecond: 5000
  });
  const files = new Bucket({ versionning: true } as never);
  return { resources: { jobs, files } };
});
