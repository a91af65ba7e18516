import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { nanoid } from 'nanoid';
import { Order } from './order';

const queue = new SQSClient({});

export const handler = async (event: { body?: string }) => {
  const parsed = Order.safeParse(JSON.parse(event.body ?? '{}'));
  if (!parsed.success) {
    return { statusCode: 400, body: JSON.stringify(parsed.error.flatten()) };
  }
  const order = { id: nanoid(), ...parsed.data };
  await queue.send(new SendMessageCommand({ QueueUrl: process.env.STP_INCOMING_URL, MessageBody: JSON.stringify(order) }));
  return { statusCode: 202, body: JSON.stringify({ id: order.id }) };
};
