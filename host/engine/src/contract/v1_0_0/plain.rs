//! Components that are a single module: the host speaks the canonical ABI itself.
//!
//! The layout of every type below follows the component model's canonical ABI for 32-bit memories: fields in order, each
//! at the next multiple of its alignment; a variant is its case's number and then room for its largest payload; lists and
//! texts are an address and a length. The order in which the guest is asked for room is the canonical one too, so that
//! a guest cannot tell the two ways apart, not even by its fuel.
//!
//! Everything read here comes from a stranger: each address, length and case number is checked before it is used.

use motcua_model::{
    Application, Assessment, Cell, Channel, ConditionOutcome, ConditionResult, DocumentNeed,
    DocumentResult, ExemptionOutcome, ExemptionResult, Fact, FeeDue, FeeResult, MissingFact,
    Scalar, Subject, TimeLimitResult, Value,
};
use wasmtime::{
    Extern, Instance, InstancePre, Memory, Module, ModuleExport, Store, TypedFunc, WasmParams,
    WasmResults,
};

use crate::code::compile_error;
use crate::contract::{Raw, Rules};
use crate::error::{CallError, LoadError};
use crate::limits::Limits;
use crate::plain;
use crate::sandbox::{Meter, Room, Sandbox, platform};

pub(super) struct Plain {
    pre: InstancePre<Meter>,
    room: Room,
    memory: ModuleExport,
    realloc: ModuleExport,
    assess: ModuleExport,
    post_return: Option<ModuleExport>,
}

/// `assess` as a core function: filed-at, received-on, channel (whether, which), then address and length of the facts.
/// Gives the address of the answer.
type Assess = TypedFunc<(i64, i32, u32, u32, u32, u32), u32>;
/// Old address, old size, alignment, new size; gives the new address.
type Realloc = TypedFunc<(u32, u32, u32, u32), u32>;
/// Takes the address of the answer.
type PostReturn = TypedFunc<u32, ()>;

impl Plain {
    pub fn load(
        sandbox: &Sandbox,
        room: Room,
        module: &Module,
        plain: &plain::Plain,
    ) -> Result<Self, LoadError> {
        let export = |name: &str| {
            module
                .get_export_index(name)
                .ok_or_else(|| LoadError::Compile {
                    what: "an export is missing".to_owned(),
                })
        };
        Ok(Self {
            room,
            memory: export(&plain.memory)?,
            realloc: export(&plain.realloc)?,
            assess: export(&plain.function)?,
            post_return: plain.post_return.as_deref().map(export).transpose()?,
            // The linker is empty and stays so: no import can ever be met.
            pre: wasmtime::Linker::new(sandbox.engine(room))
                .instantiate_pre(module)
                .map_err(|error| compile_error(&error))?,
        })
    }

    /// A fresh instance, with what a call needs of it.
    fn guest<'s>(&self, sandbox: &'s Sandbox) -> Result<(Guest<'s>, Assess), CallError> {
        let mut store = sandbox.store(self.room)?;
        let instance = self
            .pre
            .instantiate(&mut store)
            .map_err(|error| sandbox.instantiation_error(&store, &error))?;
        let memory = instance
            .get_module_export(&mut store, &self.memory)
            .and_then(Extern::into_memory)
            .ok_or_else(|| platform("the module's memory is gone"))?;
        let realloc = function(&instance, &mut store, &self.realloc)?;
        let assess = function(&instance, &mut store, &self.assess)?;
        Ok((
            Guest {
                sandbox,
                store,
                instance,
                memory,
                realloc,
            },
            assess,
        ))
    }

    fn ask(
        &self,
        guest: &mut Guest<'_>,
        assess: &Assess,
        application: &Application<'_>,
    ) -> Result<Assessment, CallError> {
        let (has_channel, channel) = match application.channel {
            None => (0, 0),
            Some(Channel::Online) => (1, 0),
            Some(Channel::Counter) => (1, 1),
            Some(Channel::Postal) => (1, 2),
        };
        let (facts, facts_len) = guest.facts(&application.facts)?;
        let arguments = (
            application.filed_at.seconds(),
            application.received_on.days(),
            has_channel,
            channel,
            facts,
            facts_len,
        );
        let answer = guest.call(assess, arguments)?;
        let memory = guest.memory.data(&guest.store);
        let assessment = Answer::new(memory, &guest.sandbox.limits).read(answer)?;
        if let Some(post_return) = &self.post_return {
            let post_return: PostReturn = function(&guest.instance, &mut guest.store, post_return)?;
            guest.call(&post_return, answer)?;
        }
        Ok(assessment)
    }
}

/// An exported function. Validation has seen to it that it is there and of this type, so an error is the platform's.
fn function<Parameters: WasmParams, Results: WasmResults>(
    instance: &Instance,
    store: &mut Store<Meter>,
    export: &ModuleExport,
) -> Result<TypedFunc<Parameters, Results>, CallError> {
    instance
        .get_module_export(&mut *store, export)
        .and_then(Extern::into_func)
        .ok_or_else(|| platform("a function of the module is gone"))?
        .typed(&*store)
        .map_err(platform)
}

impl Rules for Plain {
    fn assess(&self, sandbox: &Sandbox, application: &Application<'_>) -> Result<Raw, CallError> {
        let _slot = sandbox.enter()?;
        let (mut guest, assess) = self.guest(sandbox)?;
        let assessment = self
            .ask(&mut guest, &assess, application)
            .map_err(|error| sandbox.value_error(&guest.store, error))?;
        Ok(Raw {
            assessment,
            fuel_used: sandbox.fuel_used(&guest.store),
        })
    }

    fn instantiate(&self, sandbox: &Sandbox) -> Result<(), CallError> {
        let _slot = sandbox.enter()?;
        let (mut guest, _) = self.guest(sandbox)?;
        if let Some(post_return) = &self.post_return {
            let _: PostReturn = function(&guest.instance, &mut guest.store, post_return)?;
        }
        Ok(())
    }
}

/// An instance that is asked one question, and the question being written into its memory.
struct Guest<'s> {
    sandbox: &'s Sandbox,
    store: Store<Meter>,
    instance: Instance,
    memory: Memory,
    realloc: Realloc,
}

/// A `fact` or `cell` in memory: its number, 6 bytes of nothing, and its value, a variant: the case's number, 7 bytes of
/// nothing, 16 bytes of payload. What is nothing is not written, as wasmtime does not write it: a guest that looks there finds
/// what it has left there itself.
type Element = [u8; 32];
/// Where in it the case of its value is.
const CASE: usize = 8;
/// Where in it the payload is.
const PAYLOAD: usize = 16;

impl Guest<'_> {
    fn call<Parameters: WasmParams, Results: WasmResults>(
        &mut self,
        function: &TypedFunc<Parameters, Results>,
        parameters: Parameters,
    ) -> Result<Results, CallError> {
        function
            .call(&mut self.store, parameters)
            .map_err(|error| self.sandbox.call_error(&self.store, &error))
    }

    /// Asks the guest for room for `count` elements of `size` bytes: gives its address, which is good to write to, and the
    /// count.
    fn room_for(&mut self, count: usize, size: usize, align: u32) -> Result<(u32, u32), CallError> {
        let too_large = || platform("the question is larger than a memory of 4 GiB");
        let bytes = count
            .checked_mul(size)
            .and_then(|bytes| u32::try_from(bytes).ok());
        let bytes = bytes.ok_or_else(too_large)?;
        let count = u32::try_from(count).map_err(|_| too_large())?;
        let realloc = self.realloc.clone();
        let address = self.call(&realloc, (0, 0, align, bytes))?;
        if !address.is_multiple_of(align) {
            return Err(unreadable(
                "the room it gave for the question is not aligned",
            ));
        }
        let end = u64::from(address) + u64::from(bytes);
        if end > self.memory.data_size(&self.store) as u64 {
            return Err(unreadable(
                "the room it gave for the question lies outside its memory",
            ));
        }
        Ok((address, count))
    }

    /// Writes to a place that [`Guest::room_for`] gave; memories never shrink.
    fn write(&mut self, address: u32, offset: usize, bytes: &[u8]) -> Result<(), CallError> {
        let start = address as usize + offset;
        self.memory
            .data_mut(&mut self.store)
            .get_mut(start..start + bytes.len())
            .ok_or_else(|| unreadable("the room it gave for the question lies outside its memory"))?
            .copy_from_slice(bytes);
        Ok(())
    }

    fn facts(&mut self, facts: &[Fact<'_>]) -> Result<(u32, u32), CallError> {
        let (address, count) = self.room_for(facts.len(), size_of::<Element>(), 8)?;
        for (at, fact) in facts.iter().enumerate() {
            let at = (address, at);
            match &fact.value {
                Value::Scalar(scalar) => self.scalar(at, fact.fact, scalar)?,
                Value::Rows(rows) => {
                    self.put(at, fact.fact, 8, [])?;
                    let (address, count) = self.room_for(rows.len(), 8, 4)?;
                    for (at, row) in rows.iter().enumerate() {
                        let list = pair(self.cells(row)?);
                        self.write(address, at * 8, &list)?;
                    }
                    self.put_payload(at, pair((address, count)))?;
                }
            }
        }
        Ok((address, count))
    }

    fn cells(&mut self, cells: &[Cell<'_>]) -> Result<(u32, u32), CallError> {
        let (address, count) = self.room_for(cells.len(), size_of::<Element>(), 8)?;
        for (at, cell) in cells.iter().enumerate() {
            self.scalar((address, at), cell.field, &cell.value)?;
        }
        Ok((address, count))
    }

    /// Writes an element with its number and scalar. Number and case stand in memory before room is asked for: that shows
    /// if a guest gives the same room twice.
    fn scalar(
        &mut self,
        at: (u32, usize),
        number: u16,
        scalar: &Scalar<'_>,
    ) -> Result<(), CallError> {
        match scalar {
            Scalar::Boolean(truth) => self.put(at, number, 0, [u8::from(*truth)]),
            Scalar::Integer(integer) => self.put(at, number, 1, integer.to_le_bytes()),
            Scalar::Decimal(decimal) => {
                let mut payload = [0; 9];
                payload[..8].copy_from_slice(&decimal.units.to_le_bytes());
                payload[8] = decimal.scale;
                self.put(at, number, 2, payload)
            }
            Scalar::Text(text) => {
                self.put(at, number, 3, [])?;
                let (address, len) = self.room_for(text.len(), 1, 1)?;
                self.write(address, 0, text.as_bytes())?;
                self.put_payload(at, pair((address, len)))
            }
            Scalar::Date(date) => self.put(at, number, 4, date.days().to_le_bytes()),
            Scalar::Moment(moment) => self.put(at, number, 5, moment.seconds().to_le_bytes()),
            Scalar::Choice(option) => self.put(at, number, 6, option.to_le_bytes()),
            Scalar::Choices(options) => {
                self.put(at, number, 7, [])?;
                let list = pair(self.numbers(options)?);
                self.put_payload(at, list)
            }
        }
    }

    /// The element at a position of a list in room that [`Guest::room_for`] gave.
    fn element(&mut self, (list, at): (u32, usize)) -> Result<&mut Element, CallError> {
        let start = list as usize + at * size_of::<Element>();
        self.memory
            .data_mut(&mut self.store)
            .get_mut(start..)
            .and_then(|rest| rest.first_chunk_mut())
            .ok_or_else(|| unreadable("the room it gave for the question lies outside its memory"))
    }

    fn put<const N: usize>(
        &mut self,
        at: (u32, usize),
        number: u16,
        case: u8,
        payload: [u8; N],
    ) -> Result<(), CallError> {
        let element = self.element(at)?;
        element[..2].copy_from_slice(&number.to_le_bytes());
        element[CASE] = case;
        element[PAYLOAD..PAYLOAD + N].copy_from_slice(&payload);
        Ok(())
    }

    fn put_payload(&mut self, at: (u32, usize), payload: [u8; 8]) -> Result<(), CallError> {
        self.element(at)?[PAYLOAD..PAYLOAD + 8].copy_from_slice(&payload);
        Ok(())
    }

    /// A list of `u16`.
    fn numbers(&mut self, numbers: &[u16]) -> Result<(u32, u32), CallError> {
        let (address, count) = self.room_for(numbers.len(), 2, 2)?;
        if !numbers.is_empty() {
            let bytes: Vec<u8> = numbers
                .iter()
                .flat_map(|number| number.to_le_bytes())
                .collect();
            self.write(address, 0, &bytes)?;
        }
        Ok((address, count))
    }
}

/// A list or text as it stands in memory: address and length.
fn pair((address, len): (u32, u32)) -> [u8; 8] {
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&address.to_le_bytes());
    bytes[4..].copy_from_slice(&len.to_le_bytes());
    bytes
}

/// Reads the answer out of the guest's memory.
struct Answer<'m> {
    memory: &'m [u8],
    limits: &'m Limits,
    /// Bytes that may still be copied.
    budget: usize,
}

impl<'m> Answer<'m> {
    fn new(memory: &'m [u8], limits: &'m Limits) -> Self {
        Self {
            memory,
            limits,
            budget: limits.answer_bytes,
        }
    }

    /// The `assessment` at an address.
    fn read(mut self, address: u32) -> Result<Assessment, CallError> {
        if !address.is_multiple_of(4) {
            return Err(unreadable("the address of the answer is not aligned"));
        }
        let start = address as usize;
        let record: &[u8; 52] = self
            .memory
            .get(start..)
            .and_then(|rest| rest.first_chunk())
            .ok_or_else(|| unreadable("the answer lies outside its memory"))?;
        Ok(Assessment {
            exemptions: self.list::<4, _>("exemptions", pair_at(record, 0), 2, exemption)?,
            conditions: self.list::<4, _>("conditions", pair_at(record, 8), 2, condition)?,
            documents: self.list::<20, _>("documents", pair_at(record, 16), 4, document)?,
            time_limit: match record[24] {
                0 => TimeLimitResult::None,
                1 => TimeLimitResult::Row(u16_at(record, 26)),
                2 => TimeLimitResult::Unknown,
                _ => {
                    return Err(unreadable(
                        "`time-limit` has a case that the contract does not have",
                    ));
                }
            },
            fees: self.list::<48, _>("fees", pair_at(record, 28), 8, fee)?,
            missing: self.list::<6, _>("missing", pair_at(record, 36), 2, missing_fact)?,
            problems: self.list::<2, _>("problems", pair_at(record, 44), 2, |problem| {
                Some(u16::from_le_bytes(*problem))
            })?,
        })
    }

    /// A list of elements of `SIZE` bytes. Nothing is set aside for it before its length has been found good.
    fn list<const SIZE: usize, T>(
        &mut self,
        what: &'static str,
        (address, len): (u32, u32),
        align: u32,
        read: impl Fn(&[u8; SIZE]) -> Option<T>,
    ) -> Result<Vec<T>, CallError> {
        let (address, count) = (address as usize, len as usize);
        let bytes = count
            .checked_mul(SIZE)
            .and_then(|bytes| address.checked_add(bytes))
            .and_then(|end| self.memory.get(address..end))
            .ok_or_else(|| unreadable(format_args!("the list `{what}` lies outside its memory")))?;
        if count > self.limits.answer_list {
            return Err(CallError::TooLarge {
                what,
                limit: self.limits.answer_list,
            });
        }
        self.budget = self
            .budget
            .checked_sub(bytes.len())
            .ok_or(CallError::TooLarge {
                what: "bytes",
                limit: self.limits.answer_bytes,
            })?;
        if !address.is_multiple_of(align as usize) {
            return Err(unreadable(format_args!("the list `{what}` is not aligned")));
        }
        let (elements, _) = bytes.as_chunks();
        let mut list = Vec::with_capacity(count);
        for element in elements {
            list.push(read(element).ok_or_else(|| {
                unreadable(format_args!(
                    "`{what}` has a case that the contract does not have"
                ))
            })?);
        }
        Ok(list)
    }
}

// Readers of one element each. `None` is a case's number that the contract does not have.

fn exemption(bytes: &[u8; 4]) -> Option<ExemptionResult> {
    Some(ExemptionResult {
        exemption: u16_at(bytes, 0),
        outcome: match bytes[2] {
            0 => ExemptionOutcome::DoesNotApply,
            1 => ExemptionOutcome::Applies,
            2 => ExemptionOutcome::Unknown,
            _ => return None,
        },
    })
}

fn condition(bytes: &[u8; 4]) -> Option<ConditionResult> {
    Some(ConditionResult {
        condition: u16_at(bytes, 0),
        outcome: match bytes[2] {
            0 => ConditionOutcome::Violated,
            1 => ConditionOutcome::Satisfied,
            2 => ConditionOutcome::Unknown,
            3 => ConditionOutcome::Judgement,
            4 => ConditionOutcome::NotApplicable,
            _ => return None,
        },
    })
}

fn document(bytes: &[u8; 20]) -> Option<DocumentResult> {
    Some(DocumentResult {
        document: u16_at(bytes, 0),
        need: match bytes[2] {
            0 => DocumentNeed::NotNeeded,
            1 => DocumentNeed::Required,
            2 => DocumentNeed::Unknown,
            _ => return None,
        },
        originals: option(bytes[4], || u32_at(bytes, 8))?,
        copies: option(bytes[12], || u32_at(bytes, 16))?,
    })
}

fn fee(bytes: &[u8; 48]) -> Option<FeeResult> {
    Some(FeeResult {
        fee: u16_at(bytes, 0),
        due: match bytes[2] {
            0 => FeeDue::NotDue,
            1 => FeeDue::Due,
            2 => FeeDue::Unknown,
            _ => return None,
        },
        amount: option(bytes[8], || u64_at(bytes, 16))?,
        full_amount: option(bytes[24], || u64_at(bytes, 32))?,
        relief: option(bytes[40], || u16_at(bytes, 42))?,
    })
}

fn missing_fact(bytes: &[u8; 6]) -> Option<MissingFact> {
    let number = u16_at(bytes, 4);
    Some(MissingFact {
        fact: u16_at(bytes, 0),
        subject: match bytes[2] {
            0 => Subject::Exemption(number),
            1 => Subject::Condition(number),
            2 => Subject::Document(number),
            3 => Subject::TimeLimit,
            4 => Subject::Fee(number),
            _ => return None,
        },
    })
}

fn option<T>(case: u8, payload: impl Fn() -> T) -> Option<Option<T>> {
    match case {
        0 => Some(None),
        1 => Some(Some(payload())),
        _ => None,
    }
}

fn u16_at<const N: usize>(bytes: &[u8; N], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at<const N: usize>(bytes: &[u8; N], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at<const N: usize>(bytes: &[u8; N], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

fn pair_at<const N: usize>(bytes: &[u8; N], at: usize) -> (u32, u32) {
    (u32_at(bytes, at), u32_at(bytes, at + 4))
}

fn unreadable(what: impl std::fmt::Display) -> CallError {
    CallError::Unreadable {
        what: what.to_string(),
    }
}
