/** The queue's messages, dead letters and schedules with their buttons. */
import { actButton, byId, make } from "./elements.js";
import { fillList } from "./keyed-list.js";
import { distance } from "./times.js";

const sayStatus = ({ status, error }) => error ?? (status === null ? "under way" : String(status));

function head(destination, says) {
  return [make("span", { class: "what" }, destination), " ", make("span", { class: "about" }, says), " "];
}

function drawAttempts(attempts) {
  if (attempts.length === 0) return "no attempt yet";
  const words = attempts.length === 1 ? "1 attempt" : `${attempts.length} attempts`;
  return `${words}: ${attempts.map(sayStatus).join(", ")}`;
}

function drawMessage({ id, destination, says, state, isFinal, attempts, nextDeliveryAtMs }) {
  const next = nextDeliveryAtMs === null ? [] : [", next delivery ", distance(nextDeliveryAtMs)];
  return make(
    "li",
    { class: isFinal ? "final" : null },
    ...head(destination, says),
    make("span", { class: "answer" }, make("strong", {}, state), ...next, `, ${drawAttempts(attempts)}`),
    " ",
    make("span", { class: "means" }, id),
    " ",
    isFinal ? null : actButton("Run now", "/queue/messages/run", { messageId: id }, `Run now: ${says || destination}`),
  );
}

function drawDeadLetter({ id, destination, says, atMs, status, error }) {
  return make(
    "li",
    { class: "refused" },
    ...head(destination, says),
    make("span", { class: "answer" }, "given up ", distance(atMs), `, last answer ${sayStatus({ status, error })}`),
    " ",
    actButton("Retry", "/queue/dead-letters/retry", { dlqId: id }, `Retry: ${says || destination}`),
    " ",
    actButton("Delete", "/queue/dead-letters/delete", { dlqId: id }, `Delete: ${says || destination}`),
  );
}

function drawSchedule({ id, destination, cron, isPaused, nextFireAtMs, lastFiredAtMs }) {
  const next = isPaused
    ? ["paused"]
    : nextFireAtMs === null
      ? ["never runs again"]
      : ["next run ", distance(nextFireAtMs)];
  const last = lastFiredAtMs === null ? [", not run yet"] : [", last run ", distance(lastFiredAtMs)];
  return make(
    "li",
    {},
    ...head(id, `${cron} → ${destination}`),
    make("span", { class: "answer" }, ...next, ...last),
    " ",
    actButton("Run now", "/queue/schedules/run", { scheduleId: id }, `Run now: schedule ${id}`),
  );
}

const keyed = (items) => items.map((item) => ({ key: item.id, ...item }));

export function showQueue(queue) {
  if (queue === null) return;
  const [pause, resume] = document.querySelectorAll('[data-post="/queue/deliveries"]');
  pause.hidden = queue.isPaused;
  resume.hidden = !queue.isPaused;
  byId("queue-state").textContent = queue.isPaused ? "Deliveries are paused." : "Deliveries are running.";
  fillList(byId("queue-messages"), keyed(queue.messages), drawMessage, "No message.");
  fillList(byId("queue-dead-letters"), keyed(queue.deadLetters), drawDeadLetter, "No dead letter.");
  fillList(byId("queue-schedules"), keyed(queue.schedules), drawSchedule, "No schedule.");
}
