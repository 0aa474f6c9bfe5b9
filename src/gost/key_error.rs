//! Why a key is no key.

/// What is wrong with a key's DER. Shows nothing of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No DER of the structure that was expected.
    #[error("the structure cannot be read")]
    Form,
    /// A key for something else.
    #[error("the key is not one of GOST R 34.10-2012 with 256 bits")]
    Algorithm,
    /// A curve we do not know, or a digest that does not belong to it.
    #[error("the parameter set of the key is unknown")]
    ParameterSet,
    /// A point off the curve or outside its group, or a number out of range.
    #[error("the key is out of range")]
    Range,
}
