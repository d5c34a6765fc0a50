//! Records of information given (R1).
