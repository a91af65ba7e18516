// Orders and who works on them.
import { LambdaFunction, SqsIntegration, SqsQueue, StacktapeLambdaBuildpackPackaging, defineConfig } from 'stacktape';

export default defineConfig(({ stage }) => {
  // Two weeks.
  const jobs = new SqsQueue({
    messageRetentionPeriodSeconds: 14 * 24 * 3600, // the most there is
  });
  const worker = new LambdaFunction({
    packaging: new StacktapeLambdaBuildpackPackaging({ entryfilePath: 'worker.ts' }),
    environment: { QUEUE: `${stage}: ${jobs.url}` },
    events: [new SqsIntegration({ sqsQueueName: jobs.resourceName })],
  });
  return { resources: { jobs, worker } };
});
