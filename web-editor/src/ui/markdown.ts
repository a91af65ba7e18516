// The little Markdown that the compiler's documentation uses, as DOM nodes. Text goes in as text, so nothing in it can become markup.

/** A block of documentation. */
export function docs(markdown: string): HTMLElement {
  const box = document.createElement('div');
  box.className = 'docs';
  for (const block of blocks(markdown)) box.append(block);
  return box;
}

function blocks(markdown: string): HTMLElement[] {
  const out: HTMLElement[] = [];
  const lines = markdown.split('\n');
  for (let i = 0; i < lines.length; ) {
    const line = lines[i]!;
    if (line.startsWith('```')) {
      const end = lines.findIndex((l, at) => at > i && l.startsWith('```'));
      const code = lines.slice(i + 1, end < 0 ? lines.length : end).join('\n');
      const pre = document.createElement('pre');
      pre.append(element('code', code));
      out.push(pre);
      i = end < 0 ? lines.length : end + 1;
    } else if (/^\s*[-*] /.test(line)) {
      const list = document.createElement('ul');
      for (; i < lines.length && /^\s*[-*] /.test(lines[i]!); i++) {
        const item = document.createElement('li');
        item.append(...inline(lines[i]!.replace(/^\s*[-*] /, '')));
        list.append(item);
      }
      out.push(list);
    } else if (line.trim() === '') {
      i++;
    } else {
      const start = i;
      while (i < lines.length && lines[i]!.trim() !== '' && !/^\s*[-*] |^```/.test(lines[i]!)) i++;
      if (i === start) i++;
      const paragraph = document.createElement('p');
      paragraph.append(...inline(lines.slice(start, i).join(' ').replace(/^#+ /, '')));
      out.push(paragraph);
    }
  }
  return out;
}

function inline(text: string): Node[] {
  const out: Node[] = [];
  let at = 0;
  for (const found of text.matchAll(/`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\((https:[^)\s]+)\)/g)) {
    if (found.index > at) out.push(document.createTextNode(text.slice(at, found.index)));
    const [all, code, bold, label, address] = found;
    if (code !== undefined) out.push(element('code', code));
    else if (bold !== undefined) out.push(element('strong', bold));
    else {
      const link = element('a', label!) as HTMLAnchorElement;
      link.href = address!;
      link.target = '_blank';
      link.rel = 'noreferrer noopener';
      out.push(link);
    }
    at = found.index + all.length;
  }
  if (at < text.length) out.push(document.createTextNode(text.slice(at)));
  return out;
}

function element(name: string, text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
