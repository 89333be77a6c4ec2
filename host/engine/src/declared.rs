//! Counts the types that a component writes down, with a bound on how deep they stand in one another.
//!
//! The parser reads a declaration inside a declaration by calling itself, without a bound: a type of a few hundred KiB, three
//! bytes a level, would use up the stack of the host, which ends the whole process. So the levels are followed here first,
//! and a file that goes deeper is refused before the parser or the validator reads its types.

use wasmparser::{
    BinaryReader, BinaryReaderError, ComponentAlias, ComponentExternName, ComponentImport,
    ComponentType, ComponentTypeRef, ComponentTypeSectionReader, CoreType,
};

/// Deeper than this nothing is read. More than any limit on the depth of types that makes sense, and little enough for the
/// stack of any thread.
const DEEPEST: usize = 100;

/// Types that were written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Declared {
    /// How many, those inside of others counted too.
    pub types: usize,
    /// How deep they stand in one another; more than [`DEEPEST`] stands for any greater depth.
    pub depth: usize,
}

impl Declared {
    /// Reads a section of types. `bytes` is the whole file.
    pub fn read(
        &mut self,
        bytes: &[u8],
        section: &ComponentTypeSectionReader<'_>,
    ) -> Result<(), BinaryReaderError> {
        let (start, end) = (section.original_position(), section.range().end);
        let mut reader = BinaryReader::new(bytes.get(start..end).unwrap_or_default(), start);
        for _ in 0..section.count() {
            if !self.one(&mut reader, 1)? {
                break;
            }
        }
        Ok(())
    }

    /// Reads one type; false: it goes too deep, and the rest was not read.
    fn one(
        &mut self,
        reader: &mut BinaryReader<'_>,
        depth: usize,
    ) -> Result<bool, BinaryReaderError> {
        self.types += 1;
        self.depth = self.depth.max(depth);
        if depth > DEEPEST {
            return Ok(false);
        }
        // A type of a component or an instance; everything else contains no declarations.
        if !matches!(reader.clone().read_u8()?, 0x41 | 0x42) {
            reader.read::<ComponentType<'_>>()?;
            return Ok(true);
        }
        reader.read_u8()?;
        for _ in 0..reader.read_var_u32()? {
            match reader.clone().read_u8()? {
                0x00 => {
                    reader.read_u8()?;
                    self.types += 1;
                    reader.read::<CoreType<'_>>()?;
                }
                0x01 => {
                    reader.read_u8()?;
                    if !self.one(reader, depth + 1)? {
                        return Ok(false);
                    }
                }
                0x02 => {
                    reader.read_u8()?;
                    reader.read::<ComponentAlias<'_>>()?;
                }
                0x03 => {
                    reader.read_u8()?;
                    reader.read::<ComponentImport<'_>>()?;
                }
                0x04 => {
                    reader.read_u8()?;
                    reader.read::<ComponentExternName<'_>>()?;
                    reader.read::<ComponentTypeRef>()?;
                }
                // None of these: the parser's own reader says what is wrong with it.
                _ => {
                    reader.read::<wasmparser::InstanceTypeDeclaration<'_>>()?;
                }
            }
        }
        Ok(true)
    }
}
