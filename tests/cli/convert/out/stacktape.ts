// Orders and who works on them.
import {
  LambdaFunction,
  SqsIntegration,
  SqsQueue,
  StacktapeLambdaBuildpackPackaging,
  defineConfig,
} from 'stacktape';

export default defineConfig(() => {
  // Two weeks.
  const jobs = new SqsQueue({
    messageRetentionPeriodSeconds: 1209600, // the most there is
  });
  const worker = new LambdaFunction({
    packaging: new StacktapeLambdaBuildpackPackaging({ entryfilePath: 'worker.ts' }),
    environment: { QUEUE: jobs.url },
    events: [new SqsIntegration({ sqsQueueName: jobs.resourceName })],
  });

  return { resources: { worker, jobs } };
});
