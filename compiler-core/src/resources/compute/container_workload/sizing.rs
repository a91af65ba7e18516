//! Processor and memory of a workload, and whether it runs on Fargate or on EC2 instances.

use crate::decode::Decode;
use crate::describe::Describe;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::facets::instance_types;
use crate::model::Stack;
use crate::resources::compute::function::Architecture;
use crate::source::{Span, Spanned};

/// Processor, memory and where the containers run: on Fargate with `cpu` and `memory`, or on instances of their own with `instanceTypes`.
#[derive(Clone, Debug, Decode, Describe)]
pub struct ContainerResources {
    /// The place of the whole block.
    #[config(span)]
    pub span: Span,
    /// Processor for all containers together: 0.25, 0.5, 1, 2, 4, 8 or 16. Needed without `instanceTypes`.
    #[config(range = 0.25..=16.0, unit = "vCPU", example = "0.25")]
    pub cpu: Option<Spanned<f64>>,
    /// Memory for all containers together. Needed without `instanceTypes`; with them what the smallest type leaves when not given.
    #[config(range = 1..=6291456, unit = "MB", example = "512")]
    pub memory: Option<Spanned<u32>>,
    /// EC2 instance types to run on, the preferred one first. You pay for the instances, and GPUs and large types are available.
    #[config(items = 1..=40)]
    pub instance_types: Option<Vec<Spanned<String>>>,
    /// Whether stopped instances are kept ready, so that scaling is fast. Needs exactly one instance type.
    #[config(default = false)]
    pub enable_warm_pool: Option<Spanned<bool>>,
    /// Processor architecture; that of the instance types when there are any. `arm64` is cheaper by about a fifth.
    #[config(default = "x86_64")]
    pub architecture: Option<Spanned<Architecture>>,
}

/// Memory that Fargate offers for an amount of processor: thousandths of a vCPU, least and largest memory, step, in MB. Quarter vCPUs have 512 MB as
/// well. Source: the ECS developer guide, task size on Fargate.
const FARGATE: [(u32, u32, u32, u32); 7] = [
    (250, 512, 2048, 1024),
    (500, 1024, 4096, 1024),
    (1000, 2048, 8192, 1024),
    (2000, 4096, 16384, 1024),
    (4000, 8192, 30720, 1024),
    (8000, 16384, 61440, 4096),
    (16000, 32768, 122_880, 8192),
];

fn fargate_memory(milli: u32) -> Option<Vec<u32>> {
    let (_, least, largest, step) = FARGATE.iter().copied().find(|row| row.0 == milli)?;
    let mut all = vec![];
    if least < step {
        all.push(least);
    }
    let mut memory = least.next_multiple_of(step);
    while memory <= largest {
        all.push(memory);
        memory += step;
    }
    Some(all)
}

fn milli(cpu: f64) -> u32 {
    (cpu * 1000.0).round() as u32
}

/// What the ECS agent and the operating system keep of an instance's memory, in MiB: a share that shrinks with the size, and 128 at least. Deployed
/// workloads count on these shares.
fn reserve(memory: u64) -> f64 {
    let share = match memory {
        m if m > 128 * 1024 => 0.05,
        m if m > 16 * 1024 => 0.10,
        _ => 0.15,
    };
    (memory as f64 * share).max(128.0)
}

impl ContainerResources {
    /// Whether the workload runs on Fargate.
    pub fn on_fargate(&self) -> bool {
        self.instance_types().is_empty()
    }

    /// The instance types, the preferred one first.
    pub fn instance_types(&self) -> &[Spanned<String>] {
        self.instance_types.as_deref().unwrap_or_default()
    }

    /// Whether stopped instances are kept ready.
    pub fn has_warm_pool(&self) -> bool {
        self.enable_warm_pool.as_ref().is_some_and(|w| w.value)
    }

    /// `x86_64` or `arm64`.
    pub fn architecture(&self, stack: &Stack<'_>) -> &'static str {
        match self.instance_types().first() {
            Some(name) => instance_types::size(name, stack).architecture,
            None => self.architecture.as_ref().map_or("x86_64", |a| a.as_str()),
        }
    }

    /// `Cpu` of the task: 1024 units for a vCPU. Not given, containers on EC2 share what there is.
    pub fn cpu_units(&self) -> Option<String> {
        self.cpu.as_ref().map(|cpu| ((cpu.value * 1024.0).round() as u32).to_string())
    }

    /// `Memory` of the task in MiB.
    pub fn memory_mib(&self, stack: &Stack<'_>) -> Option<String> {
        let given = self.memory.as_ref().map(|m| m.value);
        given.or_else(|| self.left_by_smallest(stack).map(|(mib, _)| mib)).map(|mib| mib.to_string())
    }

    /// What the smallest instance type leaves for containers, in MiB, and its name.
    fn left_by_smallest(&self, stack: &Stack<'_>) -> Option<(u32, &Spanned<String>)> {
        let left = |name| {
            let memory = instance_types::size(name, stack).memory_mib;
            (memory as f64 - reserve(memory)).max(0.0) as u32
        };
        self.instance_types().iter().map(|name| (left(name), name)).min_by_key(|(mib, _)| *mib)
    }

    /// Reports sizes that there are not, and options that exclude each other.
    pub fn check(&self, stack: &Stack<'_>, sink: &mut Sink) {
        match self.on_fargate() {
            true => self.check_fargate(sink),
            false => self.check_instances(stack, sink),
        }
    }

    fn check_fargate(&self, sink: &mut Sink) {
        if sink.has_error_in(self.span) {
            return;
        }
        if let Some(pool) = self.enable_warm_pool.as_ref().filter(|w| w.value) {
            sink.push(
                Diagnostic::error(
                    Code::CONFLICT,
                    pool.span,
                    "enableWarmPool keeps instances ready, and there are no instanceTypes",
                )
                .hint("add instanceTypes with one type, or remove enableWarmPool"),
            );
        }
        let (cpu, memory) = match (&self.cpu, &self.memory) {
            (Some(cpu), Some(memory)) => (cpu, memory),
            (cpu, memory) => {
                let missing = match (cpu, memory) {
                    (None, None) => "cpu and memory are",
                    (None, _) => "cpu is",
                    _ => "memory is",
                };
                sink.push(
                    Diagnostic::error(Code::MISSING_PROPERTY, self.span, format!("{missing} missing in resources"))
                        .hint("give cpu and memory to run on Fargate, or instanceTypes to run on EC2"),
                );
                return;
            }
        };
        let Some(allowed) = fargate_memory(milli(cpu.value)) else {
            sink.push(
                Diagnostic::error(Code::BAD_VALUE, cpu.span, format!("Fargate has no tasks with {} vCPU", cpu.value))
                    .hint("allowed: 0.25, 0.5, 1, 2, 4, 8, 16"),
            );
            return;
        };
        if !allowed.contains(&memory.value) {
            let nearest = allowed.iter().min_by_key(|m| m.abs_diff(memory.value)).copied().unwrap_or_default();
            let text: Vec<String> = allowed.iter().map(u32::to_string).collect();
            let list = match text.as_slice() {
                [a, b, .., z] if text.len() > 5 => format!("{a}, {b} … {z}"),
                all => all.join(", "),
            };
            sink.push(
                Diagnostic::error(
                    Code::BAD_VALUE,
                    memory.span,
                    format!("Fargate has no tasks with {} vCPU and {} MB of memory", cpu.value, memory.value),
                )
                .hint(format!("use {nearest}; with {} vCPU it offers {list}", cpu.value)),
            );
        }
    }

    fn check_instances(&self, stack: &Stack<'_>, sink: &mut Sink) {
        let errors = sink.error_count();
        for name in self.instance_types() {
            instance_types::check(name, stack, sink);
        }
        if let Some(architecture) = &self.architecture {
            sink.push(
                Diagnostic::error(Code::CONFLICT, architecture.span, "the architecture follows from instanceTypes")
                    .hint("remove architecture"),
            );
        }
        if let Some(pool) = self.enable_warm_pool.as_ref().filter(|w| w.value && self.instance_types().len() != 1) {
            sink.push(
                Diagnostic::error(
                    Code::CONFLICT,
                    pool.span,
                    format!("a warm pool needs exactly one instance type, found {}", self.instance_types().len()),
                )
                .hint("keep the type that you need most, or remove enableWarmPool"),
            );
        }
        if sink.error_count() > errors {
            return;
        }
        let first = self.architecture(stack);
        if let Some(other) = self.instance_types().iter().find(|n| instance_types::size(n, stack).architecture != first)
        {
            let message =
                format!("`{}` has another architecture than the first type, for which images are built", other.value);
            sink.push(
                Diagnostic::warning(Code::SUSPICIOUS, other.span, message)
                    .hint(format!("name types with {first} processors only")),
            );
        }
        let sizes = self.instance_types().iter().map(|name| (instance_types::size(name, stack).vcpus, name));
        if let (Some(cpu), Some((vcpus, largest))) = (&self.cpu, sizes.max_by_key(|(vcpus, _)| *vcpus))
            && cpu.value > f64::from(vcpus)
        {
            let message = format!("{} vCPU do not fit on {}, which has {vcpus}", cpu.value, largest.value);
            sink.push(
                Diagnostic::error(Code::OUT_OF_RANGE, cpu.span, message)
                    .label(largest.span, "the instance type with the most processors")
                    .hint(format!("lower cpu to {vcpus} or less, or choose a larger type")),
            );
        }
        if let (Some(memory), Some((left, smallest))) = (&self.memory, self.left_by_smallest(stack))
            && memory.value > left
        {
            let whole = instance_types::size(smallest, stack).memory_mib;
            let message = format!(
                "{} MB of memory do not fit on {}, which leaves {left} of its {whole} MiB for containers",
                memory.value, smallest.value
            );
            sink.push(
                Diagnostic::error(Code::OUT_OF_RANGE, memory.span, message)
                    .label(smallest.span, "the smallest instance type")
                    .hint(format!("lower memory to {left} or less, or choose a larger type")),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fargate_pairs() {
        assert_eq!(fargate_memory(250), Some(vec![512, 1024, 2048]));
        assert_eq!(fargate_memory(500), Some(vec![1024, 2048, 3072, 4096]));
        assert_eq!(fargate_memory(4000).map(|m| (m[0], m[m.len() - 1], m.len())), Some((8192, 30720, 23)));
        assert_eq!(fargate_memory(16000).map(|m| m.len()), Some(12));
        assert_eq!(fargate_memory(3000), None);
    }

    #[test]
    fn reserves() {
        let left = |mib: u64| (mib as f64 - reserve(mib)) as u32;
        assert_eq!(
            [512, 1024, 2048, 8192, 16384, 32768, 262_144].map(left),
            [384, 870, 1740, 6963, 13926, 29491, 249_036]
        );
    }
}
