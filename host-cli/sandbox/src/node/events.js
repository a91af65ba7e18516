// `node:events`.
export class EventEmitter {
  #listeners = new Map();
  on(name, listener) {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
    return this;
  }
  addListener(name, listener) {
    return this.on(name, listener);
  }
  once(name, listener) {
    const wrapped = (...args) => {
      this.off(name, wrapped);
      listener.apply(this, args);
    };
    return this.on(name, wrapped);
  }
  off(name, listener) {
    this.#listeners.set(name, (this.#listeners.get(name) ?? []).filter((other) => other !== listener));
    return this;
  }
  removeListener(name, listener) {
    return this.off(name, listener);
  }
  removeAllListeners(name) {
    if (name === undefined) this.#listeners.clear();
    else this.#listeners.delete(name);
    return this;
  }
  emit(name, ...args) {
    const listeners = this.#listeners.get(name) ?? [];
    if (name === 'error' && listeners.length === 0) throw args[0];
    listeners.forEach((listener) => listener.apply(this, args));
    return listeners.length > 0;
  }
  listeners(name) {
    return [...(this.#listeners.get(name) ?? [])];
  }
  listenerCount(name) {
    return this.listeners(name).length;
  }
  setMaxListeners() {
    return this;
  }
}
EventEmitter.EventEmitter = EventEmitter;
export default EventEmitter;
