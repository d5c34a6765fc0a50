//! Notes to file (R5).
