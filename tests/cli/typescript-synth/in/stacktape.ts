import { defineConfig, SqsQueue } from 'stacktape';
import { retention } from './settings';

export default defineConfig(({ stage }) => {
  const jobs = new SqsQueue({
    messageRetentionPeriodSeconds: retention[stage as 'dev'],
    transforms: { sqsQueue: (properties) => ({ ...properties, KmsDataKeyReusePeriodSeconds: 300 }) }
  });
  return { resources: { jobs } };
});
