def read(points):
    for I in points:
        match I:
            case {"x": I}:
                print(I)
            case complex(I=1):
                return I
    return None
