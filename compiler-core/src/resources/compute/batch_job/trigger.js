'use strict';
const { SFNClient, StartExecutionCommand } = require('@aws-sdk/client-sfn');

const client = new SFNClient({});
// A job name has 128 characters at most, the id of a call 36.
const base = process.env.BATCH_JOB_NAME_BASE.slice(0, 91);

exports.default = async (event, context) => {
  const name = context.awsRequestId;
  const jobName = base + '-' + name;
  const input = JSON.stringify({ triggerEvent: JSON.stringify(event), jobName });
  try {
    await client.send(new StartExecutionCommand({ stateMachineArn: process.env.STATE_MACHINE_ARN, name, input }));
  } catch (error) {
    // Lambda repeats a call that was not answered, with the same id: the job has been started already.
    if (error.name !== 'ExecutionAlreadyExists') throw error;
  }
  return { statusCode: 202, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jobName }) };
};
