// A queue and its worker. What fails three times waits in a second queue, and somebody is told.
import {
  Alarm,
  LambdaErrorRateTrigger,
  LambdaFunction,
  SqsIntegration,
  SqsQueue,
  StacktapeLambdaBuildpackPackaging,
  defineConfig,
} from 'stacktape';

export default defineConfig(() => {
  const failedJobs = new SqsQueue({
    messageRetentionPeriodSeconds: 1209600, // two weeks
  });
  const jobs = new SqsQueue({
    visibilityTimeoutSeconds: 60,
    redrivePolicy: { targetSqsQueueName: failedJobs.resourceName, maxReceiveCount: 3 },
  });
  const worker = new LambdaFunction({
    packaging: new StacktapeLambdaBuildpackPackaging({ entryfilePath: 'src/worker.ts' }),
    timeout: 30,
    events: [new SqsIntegration({ sqsQueueName: jobs.resourceName, batchSize: 5 })],
    alarms: [new Alarm({ trigger: new LambdaErrorRateTrigger({ thresholdPercent: 5 }) })],
  });

  return {
    resources: { jobs, failedJobs, worker },
    stackConfig: { outputs: [{ name: 'queueUrl', value: jobs.url, description: 'Where jobs are sent' }] },
  };
});
